// How stylelint reads the parts of the style sheet. A rule that is off has its reason beside it.
export default {
  extends: "stylelint-config-standard",
  rules: {
    // One component a line, all its declarations beside its selector: the whole sheet can be read like a table.
    "declaration-block-single-line-max-declarations": null,
    // For the same reason no blank lines between groups of declarations and between at-rules of one line.
    "custom-property-empty-line-before": null,
    "at-rule-empty-line-before": ["always", { ignore: ["after-comment", "first-nested", "blockless-after-blockless"], ignoreAtRules: ["font-face"] }],
    "comment-empty-line-before": ["always", { except: ["first-nested"], ignore: ["stylelint-commands", "after-comment"] }],
    // Parts are ordered by component. A later component with a weaker selector is no mistake: they style other elements.
    "no-descending-specificity": null,
    // Names of verdicts and states are those of the data, `already_breached`.
    "selector-class-pattern": "^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$",
    "value-keyword-case": ["lower", { ignoreKeywords: ["A4"] }],
  },
};
