//! Claims on pages, and what the languages must share of them.

use super::*;

const HOLDS: &str = "```claim id=limit\nThe limit is `fact:lab.max_blackout_minutes`.\n---\nlab.max_blackout_minutes <= 40\n```\n";

#[test]
fn a_claim_shows_its_sentence_and_leads_to_the_register() {
    let page = polish(HOLDS);
    assert!(
        page.html
            .starts_with("<div class=\"claim\" id=\"claim-limit\">\n<p>The limit is <a class=\"fact\"")
    );
    assert!(
        page.html
            .contains("<a class=\"badge badge-passed\" href=\"../reports/claims.html#limit\">sprawdzone</a>")
    );
    assert!(
        page.markdown.contains(
            "The limit is 40_min. (twierdzenie limit, sprawdzone: `lab.max_blackout_minutes <= 40`)"
        )
    );
    let claim = &page.claims[0];
    assert_eq!(claim.sentence.replace('\u{a0}', " "), "The limit is 40 min.");
    assert_eq!((claim.holds, claim.at), (true, Position::new(7, 1)));
    assert!(page.facts.contains("lab.max_blackout_minutes"));
}

#[test]
fn a_claim_that_does_not_hold_is_refused_with_its_facts() {
    let body = HOLDS.replace("<= 40", "< 40");
    assert_eq!(
        complaints(&[("pl/x.md", &body)]),
        "content/pl/x.md:10:1: the claim `limit` is not true: `lab.max_blackout_minutes` is 40 min \
         (config/core.yaml:42)\n  hint: mend the sentence and its expression, or the evidence; `build --draft` shows it \
         struck\n"
    );
}

#[test]
fn every_fault_of_a_claim_has_its_place() {
    let body = "```claim id=one\nS.\n---\nlab.max_blackout_minutes <= 40 &&\n  lab.max_minutes == 1\n```\n\n\
                ```claim id=two\nS.\n---\n1 < 2\n```\n\n```claim\nS.\n```\n\n```claim id=three\nS.\n```\n\n\
                ```claim id=four\n- a\n- b\n---\nlab.max_loss_pct\n```\n";
    assert_eq!(
        complaints(&[("pl/x.md", body)]),
        "content/pl/x.md:11:3: the claim `one`: no fact `lab.max_minutes`\n  hint: 7 facts begin with `lab.`, such as \
         `lab.as_of`\n\
         content/pl/x.md:17:1: the claim `two` rests on no fact\n  hint: name the facts that make it true; a sentence \
         that needs none is no claim\n\
         content/pl/x.md:20:1: a claim without an id\n  hint: begin the block with `claim id=NAME`: lower-case letters, \
         digits and `-`\n\
         content/pl/x.md:24:1: the claim `three` has no expression\n  hint: write the sentence, a line `---`, and the \
         expression that must hold\n\
         content/pl/x.md:29:1: the claim `four` is not one sentence\n  hint: write one paragraph above the line `---`, \
         without headings and lists\n\
         content/pl/x.md:32:1: the claim `four`: the expression gives a number, not true or false\n  hint: compare it \
         with something: `… == 0`, `… <= 40`\n"
    );
}

#[test]
fn languages_make_the_same_claims() {
    let other = HOLDS.replace("<= 40", "== 40");
    assert_eq!(
        complaints(&[("pl/x.md", HOLDS), ("en/x.md", &other)]),
        "content/pl/x.md:7:1: the claim `limit` rests on another expression at content/en/x.md:7\n  hint: write the \
         same expression in every language\n"
    );
    let renamed = HOLDS.replace("id=limit", "id=bound");
    assert_eq!(
        complaints(&[("pl/x.md", HOLDS), ("en/x.md", &renamed)]),
        "content/en/x.md:7:1: `content/pl/x.md` does not make the claim `bound`\n  hint: make the same claims in every \
         language\n\
         content/pl/x.md:7:1: `content/en/x.md` does not make the claim `limit`\n  hint: make the same claims in every \
         language\n"
    );
    assert_eq!(
        complaints(&[("pl/x.md", HOLDS), ("pl/y.md", HOLDS)]),
        "content/pl/y.md:7:1: the claim `limit` stands at content/pl/x.md:7 already\n  hint: give each claim an id of its \
         own\n"
    );
}
