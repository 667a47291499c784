import Foundation
import RecipeLanguage
import Testing

@testable import sousvide

/// Mistakes that people make, one at a time, in every recipe that ships: the checker must see them, and
/// point at them.
@Suite struct RecipeMutationTests {
  @Test func nineteenOfTwentyMistakesAreFoundWhereTheyAre() throws {
    var table: [(name: String, found: Int, made: Int)] = []
    var missed: [String] = []
    for mutation in Mutation.all {
      var found = 0
      var made = 0
      for recipe in try MutatedRecipe.all() {
        for mutant in recipe.mutants(mutation) {
          made += 1
          if recipe.isFound(mutant, mutation) {
            found += 1
          } else {
            missed.append(
              "\(mutation.name) in \(recipe.name), line \(mutant.line): \(mutant.shown)")
          }
        }
      }
      #expect(made > 0, "no recipe has a place for the mistake '\(mutation.name)'")
      table.append((mutation.name, found, made))
    }
    let made = table.reduce(0) { $0 + $1.made }
    let found = table.reduce(0) { $0 + $1.found }
    let rows = table.map { row in
      let name = row.name.padding(toLength: 34, withPad: " ", startingAt: 0)
      return "  \(name) \(row.found) of \(row.made)"
    }
    let share = (Double(found) / Double(max(1, made)) * 1_000).rounded() / 10
    print("Mistakes found in place:\n\(rows.joined(separator: "\n"))")
    print("  \(Mutation.all.count) kinds, \(found) of \(made) found (\(share)%)")
    for line in missed { print("  missed: \(line)") }
    #expect(Mutation.all.count >= 30)
    #expect(Double(found) >= 0.95 * Double(made), "\(missed)")
  }
}

/// One kind of mistake.
struct Mutation: Sendable {
  /// Where a finding counts as pointing at the mistake.
  enum Place { case here, name, parent }

  var name: String
  /// A regular expression whose first group is what is changed.
  var pattern: String
  var place = Place.here
  var change: @Sendable (String) -> String

  /// - Parameter text: what the first group becomes.
  static func replace(
    _ name: String, _ pattern: String, with text: String, place: Place = .here
  ) -> Mutation {
    Mutation(name: name, pattern: pattern, place: place) { _ in text }
  }

  private static let swapTwoLetters: @Sendable (String) -> String = { word in
    var letters = Array(word)
    for index in stride(from: letters.count - 2, to: 0, by: -1)
    where letters[index] != letters[index + 1] && letters[index].isLetter
      && letters[index + 1].isLetter
    {
      letters.swapAt(index, index + 1)
      break
    }
    return String(letters)
  }

  static let all: [Mutation] = [
    Mutation(name: "misspelt key", pattern: #"(?m)^ {4,}([a-z_]{5,}): "#, change: swapTwoLetters),
    Mutation(
      name: "misspelt key in braces", pattern: #"[{,] ?([a-z_]{5,}): "#, change: swapTwoLetters),
    Mutation(name: "misspelt section", pattern: #"(?m)^([a-z]{5,}):"#, change: swapTwoLetters),
    Mutation(
      name: "misspelt kind", pattern: #"(?:kind|algorithm|api): ([a-z_-]{4,})"#,
      change: swapTwoLetters),
    Mutation(
      name: "misspelt reference", pattern: #"(?:init|judge|data|credit|reference): ([a-z_]{4,})"#,
      change: swapTwoLetters),
    Mutation(name: "misspelt segment", pattern: #"of: \[([a-z]{5,})"#, change: swapTwoLetters),
    Mutation(
      name: "misspelt schedule", pattern: #"schedules\.([a-z_]{4,})"#, change: swapTwoLetters),
    Mutation(name: "key written twice", pattern: #"(?m)^(    [a-z_]+: [^{\n]+\n)"#) { $0 + $0 },
    .replace("unit dropped", #"\d( tok)\b"#, with: ""),
    .replace("other unit", #"\d (tok)\b"#, with: "char"),
    Mutation(name: "swapped bounds", pattern: #"[ "](\d+\.\.\d+) tok"#) { text in
      text.components(separatedBy: "..").reversed().joined(separator: "..")
    },
    .replace(
      "negative count", #"(?:steps|group_size|prompts_per_step|batch_size|clips): (\d+)"#,
      with: "-3"),
    .replace("zero steps", #"\bsteps: (\d+)"#, with: "0"),
    .replace("word for a number", #"(?:steps|group_size|seed|frames): (\d+)"#, with: "many"),
    .replace("quoted number", #"(?:steps|group_size|batch_size): (\d+)"#, with: "\"8\""),
    .replace("fraction for a count", #"(?:steps|group_size|batch_size): (\d+)"#, with: "2.5"),
    .replace("octal number", #"(?:steps|group_size|batch_size): (\d+)"#, with: "010"),
    Mutation(name: "exponent without a point", pattern: #"(\d\.0e-\d)"#) {
      $0.replacingOccurrences(of: ".0", with: "")
    },
    .replace("yes for true", #"(?:primary|uses_reference|tied_embeddings): (true)"#, with: "yes"),
    .replace(
      "no value", #"(?m)^ +(?:data|steps|group_size|sampler|judge|kind|algorithm):( \S+)$"#,
      with: ""),
    .replace("tab for indentation", #"(?m)^(    )[a-z_]+: "#, with: "\t"),
    .replace("open quote", #"(?:title): "[^"\n]*(")"#, with: "", place: .parent),
    .replace("open bracket", #"of: \[[a-z, ]+(\])"#, with: "", place: .parent),
    .replace("open brace", #"(?m)\{process: [a-z]+(\})$"#, with: "", place: .parent),
    .replace("anchor", #"(?m)^(?:run|video|segments|stages|about):( )?"#, with: " &a "),
    .replace("tag", #"(?:steps|group_size|batch_size): (\d+)"#, with: "!!int 8"),
    .replace("merge key", #"(?m)^stages:\n(  )"#, with: "  <<: x\n  "),
    .replace(
      "renamed segment", #"(?m)^segments:\n(?:  #.*\n)*  ([a-z]+): "#, with: "renamed", place: .name
    ),
    .replace(
      "renamed judge", #"(?m)^judges:\n(?:  #.*\n)*  ([a-z]+):"#, with: "renamed", place: .name),
    .replace(
      "renamed data", #"(?m)^data:\n(?:  #.*\n)*  ([a-z_]+):"#, with: "renamed", place: .name),
    .replace(
      "renamed stage", #"(?m)^stages:\n(?:  #.*\n)*  ([a-z_]+):"#, with: "renamed", place: .name),
    .replace("renamed reward", #"(?m)^  (sufficient|correct):"#, with: "renamed", place: .name),
    .replace(
      "renamed schedule", #"(?m)^schedules:\n(?:  #.*\n)*  ([a-z_]+):"#, with: "renamed",
      place: .name),
    .replace("group of one", #"group_size: (\d+)"#, with: "1"),
    .replace("greedy groups", #"temperature: (1\.0)"#, with: "0"),
    .replace("temperature below 0", #"temperature: (1\.0)"#, with: "-1.0"),
    .replace("nucleus above 1", #"top_p: ([01]\.\d+)"#, with: "1.5"),
    .replace("share above 100 %", #": (\d+%)"#, with: "150%"),
    .replace("reference dropped", #"(, reference: [a-z_]+)"#, with: "", place: .parent),
    .replace(
      "required key dropped", #"(?m)^(    (?:data|steps|group_size): .*\n)"#, with: "",
      place: .parent),
    .replace("open parenthesis", #"when: (correct) > 0"#, with: "(correct"),
    .replace("foreign operator", #"> 0 (and) "#, with: "&&"),
    .replace("chained comparison", #"when: [a-z]+ (> 0)"#, with: "> 0 > 1"),
    .replace("number as condition", #"when: [a-z]+( > 0 and) "#, with: " and"),
    .replace("unknown name in a gate", #"when: ([a-z]+) > 0"#, with: "nothing"),
    .replace("unreachable threshold", #"when: [a-z]+ > (0)"#, with: "9"),
    .replace("unreachable window", #"[ "](\d+\.\.\d+) tok"#, with: "90000..90001"),
    .replace("segment listed twice", #"of: \[(think, answer)\]"#, with: "think, think"),
    .replace("empty list", #"of: (\[[a-z, ]+\])"#, with: "[]"),
    .replace("list for a word", #"credit: ([a-z]+)"#, with: "[reasoning]"),
    .replace("record for a number", #"group_size: (\d+)"#, with: "{is: 8}"),
    .replace("other language version", #"(?m)^sousvide: (1)"#, with: "7"),
    .replace("unknown edition", #"(?m)^edition: (\S+)"#, with: "2019-01"),
    .replace("parent that is not there", #"(?m)^extends: (\S+)"#, with: "nowhere.yaml"),
    .replace(
      "key in the text", #"title: "([^"]*)""#, with: "sk-ant-api03-Zx81kQvv72LmWp09TrYqAbCdEf"),
    .replace("undeclared param", #"title: "([^"]*)""#, with: "${params.nowhere}"),
    .replace(
      "stage that starts from itself", #"(?m)^  rl:\n(?:.*\n)*?    init: ([a-z_]+)"#, with: "rl"),
    .replace("warm-up beyond the stage", #"warmup: ([^,}]+)"#, with: "90000 step", place: .name),
  ]
}

/// A recipe of this repository with what is said about it as it stands.
struct MutatedRecipe {
  let name: String
  private let path: String
  private let text: String
  private let before: [Diagnostic]

  struct Mutant {
    var text: String
    /// Bytes that were written.
    var range: Range<Int>
    var old: String
    var new: String
    var line: Int
    var shown: String { "'\(old.prefix(40))' -> '\(new.prefix(40))'" }
  }

  static func all() throws -> [MutatedRecipe] { try RecipesTests.all.map(MutatedRecipe.init) }

  private init(_ name: String) throws {
    self.name = name
    path = RecipesTests.folder.appendingPathComponent(name).path
    text = try String(contentsOfFile: path, encoding: .utf8)
    before = Self.check(text, path)
  }

  private static func check(_ text: String, _ path: String) -> [Diagnostic] {
    var options = CheckOptions.standard
    // The cells of a sweep repeat what is said of the recipe.
    options.sweepCells = 0
    return RecipeChecker.check(text: text, path: path, vocabulary: .standard, options: options)
      .diagnostics
  }

  /// At most six of them, spread over the recipe; comments are no places for mistakes.
  func mutants(_ mutation: Mutation) -> [Mutant] {
    guard let expression = try? NSRegularExpression(pattern: mutation.pattern) else { return [] }
    let whole = NSRange(text.startIndex..., in: text)
    let mutants = expression.matches(in: text, range: whole).compactMap { match -> Mutant? in
      guard match.numberOfRanges > 1 else { return nil }
      let group = match.range(at: 1)
      let place =
        group.location == NSNotFound
        ? NSRange(location: match.range.upperBound, length: 0) : group
      guard let range = Range(place, in: text) else { return nil }
      let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
      let lineStart = text[..<range.lowerBound].lastIndex(of: "\n").map(text.index(after:))
      let line = text[(lineStart ?? text.startIndex)...].prefix { $0 != "\n" }
      guard !line.drop(while: { $0 == " " }).hasPrefix("#") else { return nil }
      let old = String(text[range])
      let new = mutation.change(old)
      guard new != old else { return nil }
      return Mutant(
        text: text.replacingCharacters(in: range, with: new),
        range: start..<start + new.utf8.count, old: old, new: new,
        line: text[..<range.lowerBound].count { $0 == "\n" } + 1)
    }
    let step = max(1, mutants.count / 6)
    return stride(from: 0, to: mutants.count, by: step).prefix(6).map { mutants[$0] }
  }

  /// Whether something is said that was not said before, and points at the mistake.
  func isFound(_ mutant: Mutant, _ mutation: Mutation) -> Bool {
    let said = Set(before.map { "\($0.code.name) \($0.message)" })
    let bytes = Array(mutant.text.utf8)
    return Self.check(mutant.text, path).contains { diagnostic in
      guard !said.contains("\(diagnostic.code.name) \(diagnostic.message)") else { return false }
      let isHere = diagnostic.span.path == path && touches(diagnostic.span.bytes, mutant.range)
      switch mutation.place {
      case .here: return isHere
      case .name:
        // The definition or a use, here or in a parent; the message names it.
        return isHere || diagnostic.message.contains("`\(mutant.old)`")
          || diagnostic.message.contains("`\(mutant.new)`")
          || diagnostic.span.path == path
            && String(decoding: bytes[diagnostic.span.bytes], as: UTF8.self).contains(mutant.old)
      case .parent:
        return isHere
          || diagnostic.span.path == path && touches(diagnostic.span.bytes, parent(mutant, bytes))
      }
    }
  }

  private func touches(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.lowerBound <= b.upperBound && b.lowerBound <= a.upperBound
  }

  /// From the line of the key that holds the mistake's line, to the end of the mistake's line.
  private func parent(_ mutant: Mutant, _ bytes: [UInt8]) -> Range<Int> {
    func lineStart(_ offset: Int) -> Int {
      bytes[..<min(offset, bytes.count)].lastIndex(of: 10).map { $0 + 1 } ?? 0
    }
    func indent(_ start: Int) -> Int { bytes[start...].prefix { $0 == 32 }.count }
    var start = lineStart(mutant.range.lowerBound)
    let own = indent(start)
    while start > 0, indent(start) >= own || bytes[start + indent(start)] == UInt8(ascii: "#") {
      start = lineStart(start - 1)
    }
    let end = bytes[mutant.range.lowerBound...].firstIndex(of: 10) ?? bytes.count
    return start..<end
  }
}
