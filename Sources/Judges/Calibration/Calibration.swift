import RecipeLanguage
import Rewards

/// A judge beside people: `sousvide.calibration/1`, described in `grammar/judge.md`.
public struct Calibration: Sendable, Encodable {
  public var schema = "sousvide.calibration/1"
  public var judge: String
  /// Lines of the file that are for this judge.
  public var examples: Int
  /// Those among them that nobody has labelled.
  public var unlabelled: Int
  /// Those that people and the judge have both labelled: what everything below is about.
  public var compared: Int
  /// The share of equal labels; absent when nothing was compared.
  public var agreement: Agreement.Estimate?
  /// Cohen's kappa; absent where it is not defined.
  public var kappa: Agreement.Estimate?
  /// The order of rows and columns of `confusion`.
  public var labels: [String]
  /// A row for each label of the people, a column for each verdict of the judge.
  public var confusion: [[Int]]
  public var disagreements: [Disagreement]
  /// Examples that the judge gave no verdict about. They count as neither.
  public var failures: [Failure]

  public struct Disagreement: Sendable, Encodable {
    public var line: Int
    public var label: String
    public var verdict: String
    public var explanation: String
    public var shows: [String: String]
  }

  public struct Failure: Sendable, Encodable {
    public var line: Int
    /// `timeout`, `refusal`, …; `error` for a judge that is not asked over the network.
    public var cause: String
    public var message: String
  }
}

/// Asks a judge about labelled examples.
public struct Calibrator: Sendable {
  let binding: JudgeBinding
  /// Empty when the judge does not declare its labels.
  let labels: [String]
  /// Whether verdicts are numbers; they are compared as whole numbers.
  let isNumeric: Bool

  init(binding: JudgeBinding, labels: [String], isNumeric: Bool) {
    self.binding = binding
    self.labels = labels
    self.isNumeric = isNumeric
  }

  /// - Parameters:
  ///   - binding: the judge, with what it sees.
  ///   - settings: its entry in the recipe.
  public init(_ binding: JudgeBinding, settings: Record) {
    self.binding = binding
    let verdict = settings.optionalRecord("verdict")
    labels = verdict?.optionalRecord("labels")?.keys ?? []
    isNumeric = verdict?.has("range") ?? false
  }

  /// - Parameters:
  ///   - examples: those of other judges are left out.
  ///   - path: of their file, for errors.
  /// - Throws: `JudgeError.example` for an example that does not fit the judge, `.examples` when none
  ///   is labelled; whatever ends the judge itself.
  public func calibrate(_ examples: [LabelledExample], path: String) async throws -> Calibration {
    let own = examples.filter { $0.judge == nil || $0.judge == binding.name }
    let labelled = own.filter { $0.label != nil }
    guard !labelled.isEmpty else {
      throw JudgeError.examples(
        path: path,
        message: own.isEmpty
          ? "holds no example for judge `\(binding.name)`"
          : "holds \(own.count) examples for judge `\(binding.name)`, none of them with a `label`")
    }
    let requests = try labelled.map { try request($0, path: path) }
    let outcomes = try await ask(requests)
    var result = Calibration(
      judge: binding.name, examples: own.count, unlabelled: own.count - labelled.count, compared: 0,
      labels: [], confusion: [], disagreements: [], failures: [])
    var pairs: [(reference: String, judge: String)] = []
    for (example, outcome) in zip(labelled, outcomes) {
      switch outcome {
      case .failure(let problem):
        let failure = problem.error as? JudgeFailure
        result.failures.append(
          Calibration.Failure(
            line: example.line, cause: failure?.cause.rawValue ?? "error",
            message: failure?.message ?? "\(problem.error)"))
      case .success(let verdict):
        let pair = (reference: compared(example.label ?? ""), judge: compared(verdict.label))
        pairs.append(pair)
        guard pair.reference != pair.judge else { continue }
        result.disagreements.append(
          Calibration.Disagreement(
            line: example.line, label: pair.reference, verdict: pair.judge,
            explanation: verdict.explanation,
            shows: Dictionary(example.shows.map { ($0.path, $0.text) }) { first, _ in first }))
      }
    }
    let agreement = Agreement(labels: labels, pairs: pairs)
    result.compared = pairs.count
    result.agreement = agreement.share
    result.kappa = agreement.kappa
    result.labels = agreement.labels
    result.confusion = agreement.confusion
    return result
  }

  /// What the judge is shown: exactly what it sees, in that order.
  private func request(_ example: LabelledExample, path: String) throws -> JudgeRequest {
    func failure(_ message: String) -> JudgeError {
      .example(path: path, line: example.line, message: message)
    }
    if let other = example.shows.first(where: { !binding.sees.contains($0.path) }) {
      throw failure("`shows` has `\(other.path)`, which judge `\(binding.name)` does not see")
    }
    let fields = try binding.sees.map { path in
      guard let field = example.shows.first(where: { $0.path == path }) else {
        throw failure("`shows` lacks `\(path)`, which judge `\(binding.name)` sees")
      }
      if binding.emptyText != .ask, path.hasPrefix("segment."),
        field.text.allSatisfy(\.isWhitespace)
      {
        throw failure("`\(path)` has no text, and `empty_text` keeps that from the judge")
      }
      return field
    }
    if let label = example.label {
      if isNumeric, Double(label) == nil { throw failure("`label` must be a number") }
      if !isNumeric, !labels.isEmpty, !labels.contains(label) {
        throw failure(
          "`label` is \"\(label)\", none of "
            + labels.map { "\"\($0)\"" }.joined(separator: ", "))
      }
    }
    return JudgeRequest(judge: binding.name, fields: fields)
  }

  private struct Problem: Error {
    let error: any Error
  }

  private func ask(
    _ requests: [JudgeRequest]
  ) async throws -> [Result<JudgeVerdict, Problem>] {
    try await withThrowingTaskGroup(of: (Int, Result<JudgeVerdict, Problem>).self) { tasks in
      for (index, request) in requests.enumerated() {
        tasks.addTask {
          do {
            return (index, .success(try await binding.judge.verdict(request)))
          } catch let error as CancellationError {
            throw error
          } catch let error as any JudgeHalt {
            throw error
          } catch {
            return (index, .failure(Problem(error: error)))
          }
        }
      }
      var outcomes: [Int: Result<JudgeVerdict, Problem>] = [:]
      for try await (index, outcome) in tasks { outcomes[index] = outcome }
      return requests.indices.compactMap { outcomes[$0] }
    }
  }

  /// A label as it is compared.
  private func compared(_ label: String) -> String {
    guard isNumeric, let number = Double(label) else { return label }
    return VerdictReader.short(number.rounded())
  }
}
