//! The stages that a build goes through and announces.

/// The stages of a build, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading configuration, baselines, tables and drafts.
    Read,
    /// Running the Stress Lab.
    StressLab,
    /// Writing and signing the reports.
    Seal,
    /// Turning evidence into facts.
    Evidence,
    /// Resolving facts and links in pages.
    Pages,
    /// Rendering the site and checking its links.
    Site,
    /// Packing the bundle.
    Bundle,
    /// Verifying what was packed.
    Verify,
    /// Putting everything in place.
    Publish,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 9] = [
        Stage::Read,
        Stage::StressLab,
        Stage::Seal,
        Stage::Evidence,
        Stage::Pages,
        Stage::Site,
        Stage::Bundle,
        Stage::Verify,
        Stage::Publish,
    ];

    /// A word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::StressLab => "stress-lab",
            Stage::Seal => "seal",
            Stage::Evidence => "evidence",
            Stage::Pages => "pages",
            Stage::Site => "site",
            Stage::Bundle => "bundle",
            Stage::Verify => "verify",
            Stage::Publish => "publish",
        }
    }
}

/// Is told of each stage as it begins.
pub type Observer<'o> = &'o mut dyn FnMut(Stage);
