{
  "bytes": {
    "algorithm": "HMAC-SHA256",
    "key_id": "development",
    "sha256": "f119761859ad222050b786d52ad98dd9db2b700b1d6b7146bcfae1434870f109",
    "value": "e35ae475ab3351ebd4029cf5d39836f5393027f3e29ca9770685bccef7c6a768"
  },
  "schema": "stage6.signature",
  "schema_version": "1.0",
  "signature": {
    "algorithm": "HMAC-SHA256",
    "key_id": "development",
    "value": "M0Jnk9XhlWUY9iY1ht9gF6tCOsPWyTw9Ue+7X4f5FAE="
  },
  "signed_at": "2026-11-23T00:00:00Z",
  "target": "stress_lab_report.json"
}
