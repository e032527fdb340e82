//! CSV files for people who live in spreadsheets (RFC 4180: comma, CRLF, quotes only where needed).

/// The bytes of a CSV file. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn csv_bytes(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| safe_cell(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Takes the teeth out of a cell that a spreadsheet would run (OWASP, "CSV Injection"). Numbers stay numbers.
pub fn safe_cell(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err();
    if dangerous {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_lose_their_teeth_and_numbers_stay() {
        assert_eq!(safe_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(safe_cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(safe_cell("-0.5"), "-0.5");
        assert_eq!(safe_cell("BTCUSDT"), "BTCUSDT");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let bytes = csv_bytes(&["a", "b"], [vec!["x,y".to_owned(), "-1+1".to_owned()]]);
        assert_eq!(String::from_utf8(bytes).unwrap(), "a,b\r\n\"x,y\",'-1+1\r\n");
    }
}
