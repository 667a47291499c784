import RecipeLanguage
import TensorEngine

/// What a run needs of the machine, besides files.
public enum RunRequirements {
  public static let notEnoughMemory = DiagnosticCode(
    5955, "not-enough-memory", "A run would need more memory than there is.",
    Explanation(
      why: """
        A run that outgrows the machine is killed by the system, hours after it began and without a \
        word. What a run needs follows from shapes alone: weights, the optimizer's moments, gradients, \
        the values between operations, keys and values of what is sampled. So `run` compares it with \
        the memory that is free, and with the limit of the process's control group, before it reads \
        the first weight. `plan` shows the same figures. `--ignore-memory` runs nevertheless.
        """))

  static let noLibrary = DiagnosticCode(
    5956, "no-matmul-library", "The library that is to compute matrix products is not there.",
    Explanation(
      why: """
        `run.matmul: openblas` has OpenBLAS compute matrix products, as a second opinion. It is loaded \
        when it is asked for, and belongs to the system, not to Sousvide.
        """))

  /// An error for each library that is not there.
  ///
  /// - Parameter load: opens OpenBLAS, or says why it cannot.
  public static func missing(
    in recipe: CheckedRecipe,
    load: () throws(OpenBLASError) -> Void = { () throws(OpenBLASError) in _ = try OpenBLAS.load() }
  ) -> [Diagnostic] {
    guard let run = recipe.root.optionalRecord("run"),
      run.optionalString("matmul") == MatrixProducts.openBLAS.rawValue
    else { return [] }
    do throws(OpenBLASError) {
      try load()
      return []
    } catch {
      return [
        Diagnostic(
          noLibrary, "\(error)", at: run.span(of: "matmul"),
          help: "write `matmul: packed`, the default", path: "run.matmul")
      ]
    }
  }
}
