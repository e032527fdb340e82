{
  "bytes": {
    "algorithm": "HMAC-SHA256",
    "key_id": "development",
    "sha256": "1836eead41d61b699fa17ff6c5386758df417319379b71bb737b432fed9298a1",
    "value": "bd1724f57fa26ca2789563fe72a1208433f721df404b41726d4ccd3683083086"
  },
  "schema": "stage6.signature",
  "schema_version": "1.0",
  "signed_at": "2026-11-23T00:00:00Z",
  "target": "stress_lab_report.csv"
}
