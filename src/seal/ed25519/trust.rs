//! Whose signatures a verifier believes: OpenSSH's `allowed_signers` file, the same that `ssh-keygen -Y verify -f`
//! reads, or one public key. It comes to the reader by another way than the bundle.

use super::PublicKey;
use crate::diag::{Position, Problem};
use crate::domain::Timestamp;

/// Who may sign with which key, for what, and when: one line of the file, or what all lines of one key say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Names of the signer; empty when only a key was given.
    pub principals: Vec<String>,
    /// The key.
    pub key: PublicKey,
    /// The namespaces that the key is trusted for; without any, all.
    namespaces: Option<Vec<String>>,
    /// When signatures count: in any of these.
    periods: Vec<Period>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Period {
    /// Signatures made before this moment do not count.
    valid_after: Option<Timestamp>,
    /// Signatures made from this moment on do not count: the key is retired.
    valid_before: Option<Timestamp>,
}

impl Period {
    fn holds(&self, moment: Timestamp) -> bool {
        self.valid_after.is_none_or(|start| moment >= start)
            && self.valid_before.is_none_or(|end| moment < end)
    }
}

impl Signer {
    /// Whether the key counts at some moments and not at others.
    pub fn is_limited(&self) -> bool {
        let limited = |period: &Period| period.valid_after.is_some() || period.valid_before.is_some();
        !self.periods.is_empty() && self.periods.iter().all(limited)
    }

    /// How people name the signer.
    pub fn name(&self) -> String {
        match self.principals.is_empty() {
            true => "the holder of the given key".to_owned(),
            false => self.principals.join(", "),
        }
    }

    /// Whether the key could sign at `moment`.
    pub fn is_valid_at(&self, moment: Timestamp) -> bool {
        self.periods.iter().any(|period| period.holds(moment))
    }

    /// Takes in another line of the same key.
    fn join(&mut self, other: &Signer) {
        let new = other
            .principals
            .iter()
            .filter(|name| !self.principals.contains(name));
        let new: Vec<String> = new.cloned().collect();
        self.principals.extend(new);
        self.periods.extend(&other.periods);
    }
}

/// The signers that a verifier believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    signers: Vec<Signer>,
}

impl Trust {
    /// Trust in one key alone, whatever its holder's name.
    pub fn of_key(key: PublicKey) -> Trust {
        let signer = Signer {
            principals: Vec::new(),
            key,
            namespaces: None,
            periods: vec![Period::default()],
        };
        Trust {
            signers: vec![signer],
        }
    }

    /// Reads an `allowed_signers` file, a public key as PEM, or the line of a `.pub` file. `shown` is its name in
    /// problems.
    ///
    /// # Errors
    /// The first line that cannot be read, or that says something we do not honour: pattern, certificate authority,
    /// other algorithm, or a time without `Z`, which `ssh-keygen` reads in the local zone (finding F19).
    pub fn read(shown: &str, text: &str) -> Result<Trust, Problem> {
        if text.starts_with("-----BEGIN ") {
            return PublicKey::from_pem(text).map(Trust::of_key).ok_or_else(|| {
                Problem::with_file(shown, "is not an Ed25519 public key as PEM").hint(
                    "`openssl pkey -in KEY.pem -pubout` writes one; a private key is never needed to verify",
                )
            });
        }
        let mut signers = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let signer = match PublicKey::from_ssh_line(line) {
                Some(key) => Ok(Trust::of_key(key).signers.remove(0)),
                None => signer(line),
            };
            signers.push(signer.map_err(|reason| {
                Problem::new(shown, Position::new(number, 1), reason).hint(
                    "a line is `NAME [namespaces=\"…\",valid-before=\"20270101Z\"] ssh-ed25519 BASE64`, as `stage6 key show` prints it",
                )
            })?);
        }
        match signers.is_empty() {
            true => Err(Problem::with_file(shown, "names no signer")),
            false => Ok(Trust { signers }),
        }
    }

    /// The trusted signer who has `key` and may sign under `namespace`; with `identity`, the one of that name. Several
    /// lines that fit count together, as they do for `ssh-keygen`: a key that is renewed keeps its old line.
    ///
    /// # Errors
    /// Why there is none, as words that follow the name of the signature's file.
    pub fn find(&self, key: &PublicKey, namespace: &str, identity: Option<&str>) -> Result<Signer, String> {
        let with_key: Vec<&Signer> = self.signers.iter().filter(|signer| signer.key == *key).collect();
        if with_key.is_empty() {
            return Err(format!(
                "is signed with {}, which is not trusted",
                key.fingerprint()
            ));
        }
        let names = with_key.iter().filter(|signer| {
            signer
                .namespaces
                .as_ref()
                .is_none_or(|list| list.iter().any(|name| name == namespace))
        });
        let mut named = names.peekable();
        if named.peek().is_none() {
            return Err(format!(
                "is signed with a key that is not trusted for `{namespace}`"
            ));
        }
        let mut fitting = named.filter(|signer| {
            identity.is_none_or(|identity| {
                signer.principals.is_empty() || signer.principals.iter().any(|name| name == identity)
            })
        });
        let Some(first) = fitting.next() else {
            return Err(format!(
                "is signed by {}, not by `{}`",
                with_key[0].name(),
                identity.unwrap_or_default()
            ));
        };
        let mut signer = (*first).clone();
        fitting.for_each(|other| signer.join(other));
        Ok(signer)
    }

    /// The signers, in the order of the file.
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }
}

fn signer(line: &str) -> Result<Signer, String> {
    let (names, rest) = line
        .split_once([' ', '\t'])
        .ok_or("is neither a signer nor a key")?;
    let principals: Vec<String> = names.trim_matches('"').split(',').map(str::to_owned).collect();
    if principals
        .iter()
        .any(|name| name.is_empty() || name.contains(['*', '?', '!', '"']))
    {
        return Err("names its signer by a pattern; write each name out".to_owned());
    }
    let (options, key) = match rest.trim_start().split_once("ssh-ed25519 ") {
        Some((options, key)) => (options.trim(), key),
        None => return Err("has no `ssh-ed25519` key".to_owned()),
    };
    let key = PublicKey::from_ssh_line(&format!("ssh-ed25519 {key}"))
        .ok_or("has a key that is not a sound Ed25519 key")?;
    let mut signer = Signer {
        principals,
        key,
        namespaces: None,
        periods: Vec::new(),
    };
    let mut period = Period::default();
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in read_options(options)? {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            _ if seen.contains(&name) => return Err(format!("has the option `{name}` twice")),
            "namespaces" => signer.namespaces = Some(value.split(',').map(str::to_owned).collect()),
            "valid-after" => period.valid_after = Some(moment(value)?),
            "valid-before" => period.valid_before = Some(moment(value)?),
            other => return Err(format!("has the option `{other}`, which is not honoured here")),
        }
        seen.push(name);
    }
    signer.periods.push(period);
    Ok(signer)
}

/// `name="value",name="value"`.
fn read_options(mut text: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut options = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text
            .split_once("=\"")
            .ok_or("has an option without a quoted value")?;
        let (value, rest) = rest
            .split_once('"')
            .ok_or("has an option whose quote does not end")?;
        options.push((name, value));
        text = match rest.strip_prefix(',') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return Err("has options that are not separated by commas".to_owned()),
        };
    }
    Ok(options)
}

/// `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`.
fn moment(text: &str) -> Result<Timestamp, String> {
    let digits = text.strip_suffix('Z').ok_or_else(|| {
        format!("has the time `{text}` without `Z`, which means another moment in each time zone")
    })?;
    let is_moment = matches!(digits.len(), 8 | 12 | 14) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = format!("{digits:0<14}");
    let part = |from: usize, to: usize| padded.get(from..to).unwrap_or_default();
    let written = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    );
    Timestamp::parse(&written)
        .ok()
        .filter(|_| is_moment)
        .ok_or_else(|| format!("has the time `{text}`, which is none"))
}

#[cfg(test)]
mod tests {
    use super::super::ReleaseKey;
    use super::*;

    fn key() -> PublicKey {
        ReleaseKey::generate(false).unwrap().public()
    }

    #[test]
    fn a_line_says_who_for_what_and_when() {
        let key = key();
        let text = format!(
            "# ours\n\nrelease@a.example,old@a.example namespaces=\"one,two\",valid-before=\"20270101Z\" {} note\n",
            key.to_ssh_line()
        );
        let trust = Trust::read("f", &text).unwrap();
        let signer = trust.find(&key, "two", Some("old@a.example")).unwrap();
        assert!(signer.is_valid_at(Timestamp::parse("2026-12-31T23:59:59Z").unwrap()));
        assert!(!signer.is_valid_at(Timestamp::parse("2027-01-01T00:00:00Z").unwrap()));
        assert_eq!(
            trust.find(&key, "three", None).unwrap_err(),
            "is signed with a key that is not trusted for `three`"
        );
        assert_eq!(
            trust.find(&key, "one", Some("other")).unwrap_err(),
            "is signed by release@a.example, old@a.example, not by `other`"
        );
    }

    #[test]
    fn lines_of_one_key_count_together() {
        let key = key();
        let line = key.to_ssh_line();
        let text =
            format!("a@x valid-before=\"20260101Z\" {line}\na@x,b@x valid-after=\"20261101Z\" {line}\n");
        let trust = Trust::read("f", &text).unwrap();
        let counts = |identity, moment: &str| {
            let signer = trust.find(&key, "one", identity).unwrap();
            signer.is_valid_at(Timestamp::parse(moment).unwrap())
        };
        assert!(counts(Some("a@x"), "2025-06-01T00:00:00Z"));
        assert!(!counts(Some("a@x"), "2026-06-01T00:00:00Z"));
        assert!(counts(Some("a@x"), "2026-11-23T00:00:00Z"));
        assert!(!counts(Some("b@x"), "2025-06-01T00:00:00Z"));
        assert_eq!(trust.find(&key, "one", None).unwrap().name(), "a@x, b@x");
    }

    #[test]
    fn what_is_not_honoured_is_refused_with_its_line() {
        let key = key().to_ssh_line();
        let error = |text: String| {
            let problem = Trust::read("f", &text).unwrap_err();
            (problem.at.line, problem.message)
        };
        let refused = [
            (
                format!("*@a.example {key}"),
                "names its signer by a pattern; write each name out",
            ),
            (
                format!("a cert-authority {key}"),
                "has an option without a quoted value",
            ),
            (
                format!("a zone=\"x\" {key}"),
                "has the option `zone`, which is not honoured here",
            ),
            (
                format!("a valid-before=\"20270101\" {key}"),
                "has the time `20270101` without `Z`, which means another moment in each time zone",
            ),
            (
                format!("a valid-after=\"20271301Z\" {key}"),
                "has the time `20271301Z`, which is none",
            ),
            (
                format!("a valid-before=\"20270101Z\",Valid-Before=\"20280101Z\" {key}"),
                "has the option `valid-before` twice",
            ),
            ("a ssh-rsa AAAA".to_owned(), "has no `ssh-ed25519` key"),
        ];
        for (line, message) in refused {
            assert_eq!(error(format!("#\n{line}\n")), (2, message.to_owned()));
        }
        assert_eq!(error("# nobody\n".to_owned()), (0, "names no signer".to_owned()));
    }
}
