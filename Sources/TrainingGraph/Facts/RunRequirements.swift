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

  static let noBFloat16Products = DiagnosticCode(
    5957, "no-bf16-products", "The processor lacks the products of bf16 that a run is to use.",
    Explanation(
      why: """
        `run.bf16_products: native` has the processor multiply bf16 numbers by instructions of its own: \
        those of AMX, or of AVX-512 BF16. Others get other numbers, for they widen the weights to f32 and \
        round nothing else; a run does not do that silently.
        """))

  /// An error for each library and each instruction that is not there.
  ///
  /// - Parameters:
  ///   - load: opens OpenBLAS, or says why it cannot.
  ///   - processor: what the run would be computed on.
  public static func missing(
    in recipe: CheckedRecipe,
    load: () throws(OpenBLASError) -> Void = { () throws(OpenBLASError) in _ = try OpenBLAS.load()
    },
    processor: Processor = .current
  ) -> [Diagnostic] {
    guard let run = recipe.root.optionalRecord("run") else { return [] }
    var missing: [Diagnostic] = []
    if run.optionalString("matmul") == MatrixProducts.openBLAS.rawValue {
      do throws(OpenBLASError) { try load() } catch {
        missing.append(
          Diagnostic(
            noLibrary, "\(error)", at: run.span(of: "matmul"),
            help: "write `matmul: packed`, the default", path: "run.matmul"))
      }
    }
    if run.optionalString("bf16_products") == BFloat16Products.native.rawValue {
      do throws(EngineError) { _ = try processor.requirePairKernels() } catch {
        missing.append(
          Diagnostic(
            noBFloat16Products, "\(error)", at: run.span(of: "bf16_products"),
            help: "write `bf16_products: widened`, the default", path: "run.bf16_products"))
      }
    }
    return missing
  }
}
