//! Order-book snapshots: what one can buy and sell at one moment.
//!
//! CSV: a header `side,price,size`, a row for each level, `side` is `bid` or `ask`, the size in the base currency;
//! an optional column `timestamp` holds the snapshot's moment in every row. JSON: `{"timestamp": …, "bids":
//! [[price, size], …], "asks": …}`, numbers plain or in quotes, as exchanges' depth endpoints give them. Levels go
//! from the best price outwards.

use super::moments::{self, Form};
use super::sheet::{Cell, Findings, Sheet, finite};
use crate::diag::{Checked, Position, Problem};
use crate::document::{Node, Value, json};

/// One price of a book.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// In the quote currency.
    pub price: f64,
    /// In the base currency.
    pub size: f64,
    /// Where the level stands in the file.
    pub at: Position,
}

/// A checked book: both sides sorted from the best price outwards, and not crossed.
#[derive(Clone, Debug)]
pub struct Book {
    /// What buyers offer, the highest price first.
    pub bids: Vec<Level>,
    /// What sellers ask, the lowest price first.
    pub asks: Vec<Level>,
    /// The snapshot's moment in seconds since 1970, if the file says it.
    pub seconds: Option<i64>,
}

impl Book {
    /// Reads a snapshot; JSON if the first letter is a brace, else CSV.
    ///
    /// # Errors
    /// Prices or sizes that are not positive numbers, an empty side, levels out of order or twice, a crossed book.
    pub fn read(path: &str, bytes: &[u8]) -> Checked<Book> {
        let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let book = if is_json {
            read_json(path, bytes)?
        } else {
            read_csv(path, bytes)?
        };
        let mut problems = Findings::new();
        check_side(
            path,
            "bids",
            &book.bids,
            |better, worse| better > worse,
            &mut problems,
        );
        check_side(
            path,
            "asks",
            &book.asks,
            |better, worse| better < worse,
            &mut problems,
        );
        if let (Some(bid), Some(ask)) = (book.bids.first(), book.asks.first())
            && bid.price >= ask.price
        {
            let message = format!(
                "the best bid {} is not below the best ask {}",
                bid.price, ask.price
            );
            problems.push(
                Problem::new(path, ask.at, message)
                    .hint("take a snapshot of one moment; the sides may be exchanged"),
            );
        }
        problems.into_result(path, book)
    }

    /// Rows in the file: levels of both sides.
    pub fn levels(&self) -> usize {
        self.bids.len() + self.asks.len()
    }

    /// The mean of best bid and best ask, in the quote currency.
    pub fn mid_price(&self) -> Option<f64> {
        Some((self.bids.first()?.price + self.asks.first()?.price) / 2.0)
    }

    /// (best ask − best bid) / mid, in basis points.
    pub fn spread_bps(&self) -> Option<f64> {
        Some((self.asks.first()?.price - self.bids.first()?.price) / self.mid_price()? * 10_000.0)
    }

    /// The mean notional of a level, price × size in US dollars, over the first `levels` levels of each side.
    pub fn depth_usd(&self, levels: usize) -> Option<f64> {
        let used = self.bids.iter().take(levels).chain(self.asks.iter().take(levels));
        let (sum, count) = used.fold((0.0, 0.0), |(sum, count), level| {
            (sum + level.price * level.size, count + 1.0)
        });
        (count > 0.0).then_some(sum / count)
    }
}

fn check_side(
    path: &str,
    side: &str,
    levels: &[Level],
    is_better: impl Fn(f64, f64) -> bool,
    problems: &mut Findings,
) {
    if levels.is_empty() {
        problems.push(
            Problem::with_file(path, format!("there are no {side}")).hint("give both sides of the book"),
        );
    }
    for (better, worse) in levels.iter().zip(levels.iter().skip(1)) {
        if !is_better(better.price, worse.price) {
            let message = format!(
                "the price {} of the {side} does not lie beyond {}",
                worse.price, better.price
            );
            problems.push(
                Problem::new(path, worse.at, message)
                    .hint("sort levels from the best price outwards, each once"),
            );
        }
    }
}

fn read_csv(path: &str, bytes: &[u8]) -> Checked<Book> {
    let sheet = Sheet::read(path, bytes)?;
    let one = |problem| vec![problem];
    let side = sheet.required("the side", &["side"]).map_err(one)?;
    let price = sheet.required("the price", &["price"]).map_err(one)?;
    let size = sheet
        .required("the size", &["size", "quantity", "qty", "amount"])
        .map_err(one)?;
    let moment = sheet.column(&["timestamp", "time"]);
    let mut problems = Findings::new();
    let mut book = Book {
        bids: Vec::new(),
        asks: Vec::new(),
        seconds: None,
    };
    for row in &sheet.rows {
        let cell = |column: usize| row.get(column);
        let (Some(side), Some(price), Some(size)) = (cell(side), cell(price), cell(size)) else {
            continue;
        };
        let level = level(path, (&price.text, price.at), (&size.text, size.at));
        let Some(level) = problems.take(level) else {
            continue;
        };
        match side.text.to_ascii_lowercase().as_str() {
            "bid" | "bids" | "buy" => book.bids.push(level),
            "ask" | "asks" | "sell" => book.asks.push(level),
            other => {
                let problem = Problem::new(path, side.at, format!("`{other}` is not a side"));
                problems.push(problem.hint("write `bid` or `ask`"));
            }
        }
        if let Some(cell) = moment.and_then(cell) {
            note_moment(path, cell, &mut book.seconds, &mut problems);
        }
    }
    problems.into_result(path, book)
}

fn note_moment(path: &str, cell: &Cell, seen: &mut Option<i64>, problems: &mut Findings) {
    let Some(seconds) = problems.take(moment(path, &cell.text, cell.at)) else {
        return;
    };
    if *seen.get_or_insert(seconds) != seconds {
        let problem = Problem::new(
            path,
            cell.at,
            "a snapshot has one moment, and rows above have another",
        );
        problems.push(problem.hint("keep the rows of one snapshot"));
    }
}

fn read_json(path: &str, bytes: &[u8]) -> Checked<Book> {
    let root = json::read(path, bytes).map_err(|problem| vec![problem])?;
    let mut problems = Findings::new();
    let bids = read_side(path, &root, "bids", &mut problems);
    let asks = read_side(path, &root, "asks", &mut problems);
    let names = ["timestamp", "time", "T", "E"];
    let node = names
        .iter()
        .find_map(|name| root.get(name))
        .filter(|node| !node.is_null());
    let seconds = node.and_then(|node| {
        let text = node.as_scalar().map_or("", |scalar| scalar.text.as_str());
        problems.take(moment(path, text, node.at))
    });
    problems.into_result(path, Book { bids, asks, seconds })
}

fn read_side(path: &str, root: &Node, side: &str, problems: &mut Findings) -> Vec<Level> {
    let Some(items) = root.get(side).and_then(Node::as_list) else {
        let problem = root.problem(path, format!("there is no list `{side}`"));
        problems.push(problem.hint("write `\"bids\": [[price, size], …]` and `\"asks\"` likewise"));
        return Vec::new();
    };
    let mut levels = Vec::new();
    for item in items {
        let level = match &item.value {
            Value::List(pair) => match pair.as_slice() {
                [price, size, ..] => number_text(price).zip(number_text(size)),
                _ => None,
            },
            _ => None,
        };
        let level = level.map_or_else(
            || {
                Err(item
                    .problem(path, "a level is a list of price and size")
                    .hint("write `[61800.2, 1.5]`"))
            },
            |(price, size)| self::level(path, price, size),
        );
        levels.extend(problems.take(level));
    }
    levels
}

fn number_text(node: &Node) -> Option<(&str, Position)> {
    node.as_scalar().map(|scalar| (scalar.text.as_str(), node.at))
}

fn level(path: &str, price: (&str, Position), size: (&str, Position)) -> Result<Level, Problem> {
    let positive = |name: &str, (text, at): (&str, Position)| {
        finite(text).filter(|number| *number > 0.0).ok_or_else(|| {
            let message = format!("the {name} is `{text}`, expected a number above 0");
            Problem::new(path, at, message).hint("leave out levels at which nothing is offered")
        })
    };
    Ok(Level {
        price: positive("price", price)?,
        size: positive("size", size)?,
        at: price.1,
    })
}

fn moment(path: &str, text: &str, at: Position) -> Result<i64, Problem> {
    match moments::parse(text) {
        Some((form, seconds)) if form != Form::Date => Ok(seconds),
        _ => Err(Problem::new(path, at, format!("`{text}` is not a moment"))
            .hint("write `2024-08-08T23:54:00Z`, or seconds or milliseconds since 1970")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_give_the_same_book() {
        let csv =
            b"timestamp,side,price,size\n1723161240,bid,99,2\n1723161240,bid,98,1\n1723161240,ask,101,1\n";
        let json = br#"{"timestamp": 1723161240000, "bids": [["99", "2"], ["98", "1"]], "asks": [[101, 1]]}"#;
        for bytes in [csv.as_slice(), json.as_slice()] {
            let book = Book::read("book", bytes).unwrap();
            assert_eq!(book.seconds, Some(1_723_161_240));
            assert_eq!((book.mid_price(), book.spread_bps()), (Some(100.0), Some(200.0)));
            // (198 + 98 + 101) / 3.
            assert_eq!(book.depth_usd(20), Some(397.0 / 3.0));
        }
    }

    #[test]
    fn a_crossed_or_unsorted_book_is_refused_at_its_level() {
        let text = b"side,price,size\nbid,99,1\nbid,100,1\nask,99,1\nask,101,0\n";
        let problems = Book::read("book.csv", text).unwrap_err();
        assert_eq!(
            (problems[0].at, problems[0].message.as_str()),
            (Position::new(5, 9), "the size is `0`, expected a number above 0")
        );
        let text = b"side,price,size\nbid,99,1\nbid,100,1\nask,99,1\n";
        let problems = Book::read("book.csv", text).unwrap_err();
        let shown: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            shown,
            [
                "the price 100 of the bids does not lie beyond 99",
                "the best bid 99 is not below the best ask 99",
            ]
        );
    }
}
