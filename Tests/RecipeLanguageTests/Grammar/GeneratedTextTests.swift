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
