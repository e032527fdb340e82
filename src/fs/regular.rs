//! Opening a regular file and nothing else: a link, a pipe or a device in its place is never followed or waited for.

use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens `path` as `options` say.
///
/// # Errors
/// As the system says; `InvalidInput` if something other than a regular file is there.
pub(super) fn open_regular(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let other = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what.to_owned());
    let file = options.custom_flags(flags).open(path).map_err(|error| {
        match error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
            true => other("a symbolic link is in its place, and links are not followed"),
            false => error,
        }
    })?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(other("not a regular file")),
    }
}
