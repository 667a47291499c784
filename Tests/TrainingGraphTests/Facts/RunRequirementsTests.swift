import RecipeLanguage
import TensorEngine
import Testing

@testable import TrainingGraph

/// What is said before a run that the machine cannot do.
@Suite struct RunRequirementsTests {
  private func recipe(_ matmul: String?) throws -> CheckedRecipe {
    let result = SampleRecipe.check([
      ("seed: 3}", "seed: 3\(matmul.map { ", matmul: \($0)" } ?? "")}")
    ])
    return try #require(
      result.recipe, "\(DiagnosticRenderer(files: result.files).render(result.diagnostics))")
  }

  /// A machine without OpenBLAS.
  private func absent() throws(OpenBLASError) {
    throw .notInstalled("libopenblas.so.0: cannot open shared object file")
  }

  @Test func anAbsentLibraryIsNamedWhereItIsAskedFor() throws {
    let recipe = try recipe("openblas")
    let missing = RunRequirements.missing(in: recipe, load: absent)
    #expect(missing.count == 1)
    let finding = try #require(missing.first)
    #expect(finding.code.number == 5956)
    #expect(finding.code.slug == "no-matmul-library")
    #expect(finding.severity == .error)
    #expect(finding.path == "run.matmul")
    #expect(finding.message.contains("libopenblas.so.0: cannot open shared object file"))
    #expect(finding.message.contains("libopenblas0-pthread"))
    #expect(finding.help == "write `matmul: packed`, the default")
    // Where the word stands in `run: {name: sample, seed: 3, matmul: openblas}`.
    #expect(finding.span.start == SourcePosition(line: 4, column: 38))
    #expect(finding.span.end == SourcePosition(line: 4, column: 46))
  }

  @Test func aLibraryOfAnotherMakeIsNamedToo() throws {
    let missing = RunRequirements.missing(in: try recipe("openblas")) { () throws(OpenBLASError) in
      throw .missingSymbol("cblas_sgemm")
    }
    #expect(missing.first?.message.contains("has no function cblas_sgemm") == true)
  }

  @Test func aLibraryThatIsThereIsNothingToSay() throws {
    #expect(RunRequirements.missing(in: try recipe("openblas"), load: {}) == [])
  }

  @Test(arguments: ["packed", nil])
  func nothingIsLoadedThatIsNotAskedFor(matmul: String?) throws {
    #expect(RunRequirements.missing(in: try recipe(matmul), load: absent) == [])
  }
}
