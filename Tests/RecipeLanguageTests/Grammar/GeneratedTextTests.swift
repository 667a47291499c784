import Foundation
import TestSupport
import Testing

@testable import RecipeLanguage

/// Whatever the grammars make, the readers accept.
struct GeneratedTextTests {
  static func grammar(_ name: String) throws -> Grammar {
    let file = AcceptRejectTests.grammar.appendingPathComponent("\(name).ebnf")
    return try Grammar(String(contentsOf: file, encoding: .utf8))
  }

  private func texts(_ name: String, _ start: String, count: Int = 400) throws -> [String] {
    let grammar = try Self.grammar(name)
    var random = SeededGenerator(20_261_121)
    return (0..<count).map { _ in grammar.text(of: start, using: &random) }
  }

  @Test func recipes() throws {
    for text in try texts("yaml", "recipe") {
      let read = TreeReader.read(SourceFile(path: "made.yaml", text: text))
      // Keys are made at random, so one may come twice, or be a word like `no`.
      let refusals = read.diagnostics.filter {
        $0.code != .duplicateKey && $0.code != .ambiguousScalar && $0.code != .tooDeep
      }
      #expect(refusals.isEmpty, "\(text)\n\(refusals.map(\.message))")
    }
  }

  @Test func expressions() throws {
    let scope = ExpressionScope(.formula) { _ in .value(.number()) }
    for text in try texts("expressions", "expression") where text.utf8.count < 1_500 {
      let problems = ExpressionParser.read(text, in: scope).problems.filter {
        [.expressionSyntax, .chainedComparison, .foreignOperator].contains($0.code)
          && !$0.message.contains("nested")
      }
      #expect(problems.isEmpty, "\(text): \(problems.map(\.message))")
    }
  }

  @Test func questionsAboutAGroup() throws {
    let scope = ExpressionScope(.groupGate) { _ in .value(.number()) }
    for text in try texts("expressions", "asked") {
      let problems = ExpressionParser.read(text, in: scope).problems.filter {
        [.expressionSyntax, .expressionAvailability, .unbalancedParentheses].contains($0.code)
      }
      #expect(problems.isEmpty, "\(text): \(problems.map(\.message))")
    }
  }

  /// The recipe that composes or follows what a grammar makes, and what is wrong with how it is written.
  private func mistakes(_ sections: String, _ codes: Set<DiagnosticCode>) -> [String] {
    let text = "extends: \(GoldenTests.folder.path)/base.yaml\n\(sections)"
    return RecipeChecker.check(text: text, vocabulary: TestVocabulary.all).diagnostics
      .filter { codes.contains($0.code) }.map(\.message)
  }

  private func compositionMistakes(_ text: String) -> [String] {
    mistakes(
      """
      params:
        count: {type: int, default: 2}
        paid: {type: window<tok>, default: 4..24 tok}
      about: {title: "\(text)"}
      """, [.openHole, .notComposed, .expressionSyntax, .expressionName, .unbalancedParentheses])
  }

  @Test func composedTexts() throws {
    #expect(!compositionMistakes("a ${params.paid").isEmpty)
    for text in try texts("composition", "composed", count: 60) {
      let mistakes = compositionMistakes(text)
      #expect(mistakes.isEmpty, "\(text): \(mistakes)")
    }
  }

  private func scheduleMistakes(_ text: String) -> [String] {
    mistakes(
      "stages: {rl: {learning_rate: \(text)}}",
      [
        .wrongType, .unknownKind, .unknownKey, .missingKey, .schedulePoints, .undeclaredName,
        .ambiguousScalar,
      ])
  }

  @Test func schedules() throws {
    #expect(!scheduleMistakes("{linear: {from: 1}}").isEmpty)
    for text in try texts("schedules", "schedule", count: 60) {
      let mistakes = scheduleMistakes(text)
      #expect(mistakes.isEmpty, "\(text): \(mistakes)")
    }
  }

  /// Words that the readers know and no grammar makes would be a part of the language that is written
  /// down nowhere.
  @Test func everyWordOfTheReadersIsWrittenDown() throws {
    let expressions = try Self.grammar("expressions").terminals
    for word in Expression.Function.allCases.map(\.rawValue)
      + Expression.Aggregate.allCases.map(\.rawValue) + ["if"]
    { #expect(expressions.contains(word) || expressions.contains(word + "("), "\(word)") }
    let quantities = try Self.grammar("quantities").terminals
    for unit in Unit.allCases.map(\.rawValue) {
      #expect(expressions.contains(unit) && quantities.contains(unit), "\(unit)")
    }
    for unit in SchedulePosition.Unit.allCases.map(\.rawValue) {
      #expect(quantities.contains(unit), "\(unit)")
    }
    let schedules = try Self.grammar("schedules").terminals.joined()
    for form in RecipeSchema.scheduleForms {
      #expect(schedules.contains("{\(form.name): {"), "\(form.name)")
      for field in form.fields { #expect(schedules.contains("\(field.name): "), "\(field.name)") }
    }
  }

  @Test func quantities() throws {
    for text in try texts("quantities", "quantity") + texts("quantities", "window") {
      let unit = try #require(
        Unit.allCases.filter { text.hasSuffix($0.rawValue) }
          .max { $0.rawValue.count < $1.rawValue.count })
      do throws(QuantityReader.Problem) {
        if text.contains("..") {
          _ = try QuantityReader.window(text, in: unit)
        } else {
          _ = try QuantityReader.quantity(text, in: unit)
        }
      } catch {
        // The ends of a window come in any order, and numbers in any size.
        #expect([.emptyWindow, .outOfRange].contains(error.code), "\(text): \(error.message)")
      }
    }
  }

  @Test func templates() throws {
    for text in try texts("templates", "template") {
      let problems = TemplateReader.read(text).problems
      #expect(problems.isEmpty, "\(text): \(problems.map(\.message))")
    }
  }

  @Test func pathsAreMade() throws {
    for text in try texts("paths", "path", count: 50) {
      #expect(!text.isEmpty && !text.contains("..") && !text.hasSuffix("."))
    }
  }

  @Test func aMalformedGrammarIsRefused() {
    for text in ["a = b ;", "a = \"x\"", "a = ( \"x\" ;", "a \"x\" ;", "a = \"x ;"] {
      #expect(throws: Grammar.Malformed.self) { try Grammar(text) }
    }
  }
}
