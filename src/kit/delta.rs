//! The table of differences: what coverage gained and lost since the release before.

use crate::document::csv_text::safe_cell;
use crate::evidence::CoverageChange;

/// The table as CSV. Each column lists names: `added_exchanges`, `dropped_exchanges` and the same for scenarios and
/// datasets; the shorter ones end in empty cells.
pub(super) fn csv(changes: &[CoverageChange]) -> Vec<u8> {
    let order = ["exchanges", "scenarios", "datasets"];
    let ordered = order
        .iter()
        .filter_map(|kind| changes.iter().find(|one| one.kind == *kind));
    let columns: Vec<(String, &Vec<String>)> = ordered
        .flat_map(|change| {
            [
                (format!("added_{}", change.kind), &change.added),
                (format!("dropped_{}", change.kind), &change.dropped),
            ]
        })
        .collect();
    let rows = columns.iter().map(|(_, names)| names.len()).max().unwrap_or(0);
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory does not refuse a byte, so neither write can fail.
    let _ = writer.write_record(columns.iter().map(|(name, _)| name));
    for row in 0..rows {
        let cells = columns
            .iter()
            .map(|(_, names)| names.get(row).map_or_else(String::new, |name| safe_cell(name)));
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_below_each_other() {
        let change = |kind, added: &[&str], dropped: &[&str]| CoverageChange {
            kind,
            now: 0,
            before: 0,
            added: added.iter().map(|name| (*name).to_owned()).collect(),
            dropped: dropped.iter().map(|name| (*name).to_owned()).collect(),
            percent: 0.0,
        };
        let changes = [
            change("scenarios", &["a", "b, c", "=HYPERLINK(1)"], &[]),
            change("datasets", &[], &["X"]),
            change("exchanges", &["kraken"], &[]),
        ];
        assert_eq!(
            String::from_utf8(csv(&changes)).unwrap(),
            "added_exchanges,dropped_exchanges,added_scenarios,dropped_scenarios,added_datasets,dropped_datasets\n\
             kraken,,a,,,X\n,,\"b, c\",,,\n,,'=HYPERLINK(1),,,\n"
        );
    }
}
