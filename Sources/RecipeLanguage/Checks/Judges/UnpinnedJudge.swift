extension DiagnosticCode {
  static let unpinnedJudge = DiagnosticCode(
    5809, "unpinned-judge", "A judge is named without a date or revision.",
    Explanation(
      why: """
        A name without a date means another model next month. Rewards then change under a running \
        sweep, and nobody can say later which model gave them.
        """,
      example: .judged(model: "claude-3-7-sonnet-latest"),
      nearMiss: .judged(model: "claude-3-7-sonnet-20250219")))
}

extension RecipeCheck {
  static let unpinnedJudge = RecipeCheck(.unpinnedJudge, reads: ["judges"]) { input in
    input.remoteJudges.compactMap { judge in
      guard let model = judge.record.optionalString("model"), !ModelName.isPinned(model) else {
        return nil
      }
      return Diagnostic(
        .unpinnedJudge, severity: .warning, confidence: .heuristic,
        "`\(model)` can mean another model tomorrow, and the rewards change with it",
        at: judge.record.span(of: "model"),
        help: "name a dated snapshot, as `claude-3-7-sonnet-20250219`, or a revision, as "
          + "`name@a1b2c3d`", path: "\(judge.record.path).model")
    }
  }
}

enum ModelName {
  /// A date (`20250219`, `2025-02-19`), or a revision after `@`.
  static func isPinned(_ name: String) -> Bool {
    if let at = name.lastIndex(of: "@") {
      let revision = name[name.index(after: at)...]
      return revision.utf8.count >= 7
        && revision.utf8.allSatisfy { $0.isNamePart || $0 == UInt8(ascii: ":") }
    }
    let digits = name.replacing("-", with: "").utf8.split { !$0.isDigit }
    return digits.contains { run in
      run.count >= 8 && run.starts(with: "20".utf8)
        || run.count > 8 && run.dropFirst(run.count - 8).starts(with: "20".utf8)
    }
  }
}
