/// The schema of `sweep`: many runs of one recipe that differ in the values of its params.
enum SweepSchema {
  static let fields: [FieldSchema] = [
    .required("axes", .map(.record(axis)), "the params that vary, by name, with their values"),
    .optional(
      "where", .expression(.boolean, .sweep), "which cells to keep, as a condition on `params`"),
    .optional("seeds", .integer(1...1000), default: "1", "runs of each cell, with equal seeds"),
    .optional(
      "controls", .map(.map(.anyScalar)), default: "{}",
      "cells that are run first and never pruned: values of params, by the name of the cell"),
    .optional(
      "method", .choice(["grid", "random", "sobol"]), default: "grid",
      "all cells, or `samples` of them: drawn at random, or spread evenly"),
    .optional("samples", .count, default: "16", "cells of `random` and `sobol`"),
    .required(
      "objective",
      .record([
        .optional("maximize", .string, "a metric, as `eval.validation.accuracy`"),
        .optional("minimize", .string, "a metric, as `eval.validation.mismatch`"),
      ]), "what makes a cell the best"),
    .optional("prune", .record(prune), "ends cells early that fall behind"),
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
    .required("after", .quantity(.step), "steps before the first look"),
    .required("every", .quantity(.step), "steps between two looks"),
  ]
}
