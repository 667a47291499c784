/// The schema of `sweep`: many runs of one recipe that differ in the values of its params.
enum SweepSchema {
  static let fields: [FieldSchema] = [
    .required("axes", .map(.record(axis)), "the params that vary, by name, with their values"),
    .optional(
      "where", .expression(.boolean, .sweep), "which cells to keep, as a condition on `params`"),
    .optional(
      "seeds", .integer(1...1000), default: "1",
      "runs of each cell, with seeds that are the same in every cell: the recipe's and those after it"
    ),
    .optional(
      "reseed", .list(.reference(.stages), count: 1...64),
      "the stages whose own `seed` the runs of a cell differ in, so that they share the others; by "
        + "default `run.seed`"),
    .optional(
      "controls", .map(.map(.anyScalar)), default: "{}",
      "cells that are run first and never pruned: values of params, by the name of the cell"),
    .optional(
      "method", .choice(["grid", "random", "sobol"]), default: "grid",
      "all cells, or `samples` of them: drawn at random, or spread evenly"),
    .optional("samples", .count, default: "16", "cells of `random` and `sobol`"),
    .required(
      "objective", .record(EvaluationMetric.fields), "what makes a cell the best"),
    .optional("prune", .record(prune), "ends cells early that fall behind"),
    .optional("stop", .record(stop), "ends runs early that have nothing more to learn from"),
    .optional(
      "budget", .record(RecipeSchema.budget),
      "what all runs together may spend: once a limit is reached, no further one is started"),
  ]

  private static let axis: [FieldSchema] = [
    .optional("values", .list(.anyScalar), "the values themselves"),
    .optional("from", .anyScalar, "the first of evenly spaced values"),
    .optional("to", .anyScalar, "the last value, or a bound that the last one keeps"),
    .optional("by", .anyScalar, "from one value to the next"),
    .optional(
      "log",
      .record([
        .required("from", .number(.positive), "the first value"),
        .required("to", .number(.positive), "the last value"),
        .required("count", .integer(2...1000), "how many, in equal ratios"),
      ]), "values in equal ratios"),
    .optional("min", .list(.anyScalar), "lower ends of windows, each paired with every `max`"),
    .optional("max", .list(.anyScalar), "upper ends of windows"),
  ]

  private static let prune: [FieldSchema] = [
    .required(
      "rule", .choice(["asha", "median"]),
      "keep the best share at each look, or what is no worse than the median"),
    .required("after", .quantity(.step, in: 1...1e9), "steps before the first look"),
    .required("every", .quantity(.step, in: 1...1e9), "steps between two looks"),
    .optional(
      "eta", .integer(2...16), default: "3",
      "of so many cells `asha` keeps one at each look (Li et al. 2020)"),
  ]

  private static let stop: [FieldSchema] = [
    .optional(
      "informative_groups", .share,
      "fewer groups than this whose responses are told apart by any process"),
    .optional("truncated", .share, "more responses than this cut at `max_new_tokens`"),
    .optional("kl", .number(.positive), "a larger divergence from the reference than this"),
    .optional(
      "for", .quantity(.step, in: 1...1e9), default: "50 step",
      "steps in a row at which it must be so"),
  ]
}
