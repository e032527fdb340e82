//! Candles that `stage6 baseline` refuses, each at its line and column.

use crate::baseline::{ALL, refused, scene};

/// What to do about a bad cell.
const CELL: &str = "\n  hint: correct the cell, or take the row out and accept a gap";

#[test]
fn bad_rows_of_prices_are_refused_at_their_place() {
    let row = "2024-07-05,100.5,102,99,100,7";
    for (bad, problem) in [
        (
            "2024-07-05,100.5,102,99,NaN,7",
            "p.csv:6:25: `close` is `NaN`, expected a finite number{CELL}",
        ),
        (
            "2024-07-05,100.5,inf,99,100,7",
            "p.csv:6:18: `high` is `inf`, expected a finite number{CELL}",
        ),
        (
            "2024-07-05,0,102,99,100,7",
            "p.csv:6:12: `open` is 0, expected a price above 0{CELL}",
        ),
        (
            "2024-07-05,100.5,99,102,100,7",
            "p.csv:6:1: open 100.5, high 99, low 102, close 100: not between low and high\n  hint: the high must be \
             the largest, the low the smallest",
        ),
        (
            "2024-07-04,100.5,102,99,100,7",
            "p.csv:6:1: `2024-07-04` stands twice\n  hint: keep one row for each time",
        ),
        (
            "2024-07-02,100.5,102,99,100,7",
            "p.csv:6:1: `2024-07-02` is earlier than the row above\n  hint: sort the rows by time, the oldest first",
        ),
        (
            "1720137600,100.5,102,99,100,7",
            "p.csv:6:1: `1720137600` is epoch seconds, the rows above have an ISO date\n  hint: write all times in one \
             form",
        ),
        (
            "2024-07-05,100.5,102,99,100",
            "p.csv:6:1: 5 cells where the header has 6\n  hint: separate cells by commas and give every row all of them",
        ),
        (
            "05/07/2024,100.5,102,99,100,7",
            "p.csv:6:1: `05/07/2024` is not a time\n  hint: write `2024-08-08`, `2024-08-08T00:00:00Z`, or whole \
             seconds or milliseconds since 1970",
        ),
    ] {
        let scene = scene();
        scene.replace("p.csv", row, bad);
        refused(&scene, ALL, &[&problem.replace("{CELL}", CELL)]);
    }
}
