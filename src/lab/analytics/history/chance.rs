//! Chance without state, from the analytics' Philox: the same seed and counter give the same number on every machine,
//! in any order.

use crate::lab::analytics::philox::block as philox;

/// A stream of numbers that is fixed by a seed and a stream number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    key: [u32; 2],
    stream: u32,
}

impl Stream {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the seed")]
    pub(super) fn new(seed: u64, stream: u32) -> Stream {
        Stream {
            key: [seed as u32, (seed >> 32) as u32],
            stream,
        }
    }

    /// A whole number below `bound` for the item `item` of draw `draw`: the upper word of 64 random bits times
    /// `bound`. The bias is below `bound` / 2^64.
    #[expect(clippy::cast_possible_truncation, reason = "the result is below `bound`")]
    pub(super) fn below(self, bound: usize, draw: u32, item: u32) -> usize {
        let [low, high, ..] = philox([draw, item, 0, self.stream], self.key);
        let bits = (u64::from(high) << 32) | u64::from(low);
        ((u128::from(bits) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
impl Stream {
    /// A double strictly between 0 and 1.
    pub(super) fn fraction(self, draw: u32) -> f64 {
        let [low, high, ..] = philox([draw, 0, 1, self.stream], self.key);
        let bits = ((u64::from(high) << 32) | u64::from(low)) >> 11;
        (bits as f64 + 0.5) / 9_007_199_254_740_992.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_known_answers_are_met() {
        // Random123, kat_vectors, philox4x32-10.
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn numbers_below_a_bound_spread_evenly() {
        let stream = Stream::new(7, 1);
        let mut counts = [0_u32; 10];
        for draw in 0..10_000 {
            counts[stream.below(10, draw, 3)] += 1;
        }
        // Expected 1,000 each, standard deviation 30.
        assert!(
            counts.iter().all(|count| (880..1_120).contains(count)),
            "{counts:?}"
        );
    }
}
