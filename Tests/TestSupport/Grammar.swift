/// A grammar in EBNF (ISO 14977: `,` joins, `|` chooses, `[ ]` may be absent, `{ }` repeats,
/// `? name ?` is special), and a maker of random texts from it.
public struct Grammar: Sendable {
  indirect enum Rule: Sendable {
    case terminal(String)
    case special(String)
    case reference(String)
    case sequence([Rule])
    case choice([Rule])
    case optional(Rule)
    case repetition(Rule)
  }

  public struct Malformed: Error, CustomStringConvertible {
    public var description: String
  }

  private var rules: [String: Rule] = [:]
  /// How far each production is from terminals.
  private var distances: [String: Int] = [:]
  public private(set) var names: [String] = []

  public init(_ text: String) throws {
    var reader = GrammarReader(text)
    while let (name, rule) = try reader.production() {
      rules[name] = rule
      names.append(name)
    }
    for name in reader.references where rules[name] == nil {
      throw Malformed(description: "the grammar uses `\(name)`, which it does not define")
    }
    var previous: [String: Int]
    repeat {
      previous = distances
      for (name, rule) in rules { distances[name] = distance(rule) }
    } while distances != previous
  }

  /// Every piece of text that is written out in the grammar.
  public var terminals: Set<String> {
    func collect(_ rule: Rule) -> [String] {
      switch rule {
      case .terminal(let text): [text]
      case .special, .reference: []
      case .sequence(let parts), .choice(let parts): parts.flatMap(collect)
      case .optional(let part), .repetition(let part): collect(part)
      }
    }
    return Set(rules.values.flatMap(collect))
  }

  /// A text of a production. Beyond `depth` the shortest ways on are taken.
  public func text(
    of name: String, depth: Int = 14, using random: inout some RandomNumberGenerator
  ) -> String {
    var text = ""
    var indentation = 0
    write(.reference(name), depth, &text, &indentation, &random)
    return text
  }

  private func write(
    _ rule: Rule, _ depth: Int, _ text: inout String, _ indentation: inout Int,
    _ random: inout some RandomNumberGenerator
  ) {
    switch rule {
    case .terminal(let terminal): text += terminal
    case .special("indent"): text += String(repeating: " ", count: indentation)
    case .special("deeper"): indentation += 2
    case .special("shallower"): indentation -= 2
    case .special: break
    case .reference(let name):
      guard let rule = rules[name] else { return }
      write(rule, depth - 1, &text, &indentation, &random)
    case .sequence(let parts):
      for part in parts { write(part, depth, &text, &indentation, &random) }
    case .choice(let ways):
      let least = depth > 0 ? nil : ways.map(distance).min()
      let open = least.map { least in ways.filter { distance($0) == least } } ?? ways
      guard let way = open.randomElement(using: &random) else { return }
      write(way, depth, &text, &indentation, &random)
    case .optional(let part):
      if depth > 0, Bool.random(using: &random) {
        write(part, depth, &text, &indentation, &random)
      }
    case .repetition(let part):
      guard depth > 0 else { return }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        write(part, depth - 1, &text, &indentation, &random)
      }
    }
  }

  private func distance(_ rule: Rule) -> Int {
    switch rule {
    case .terminal, .special, .optional, .repetition: 0
    case .reference(let name): min(Self.far, 1 + (distances[name] ?? Self.far))
    case .sequence(let parts): parts.map(distance).max() ?? 0
    case .choice(let ways): ways.map(distance).min() ?? 0
    }
  }

  /// Farther than any production.
  private static let far = 1_000
}

/// Reads EBNF.
private struct GrammarReader {
  private let characters: [Character]
  private var position = 0
  private(set) var references: Set<String> = []

  init(_ text: String) { characters = Array(text) }

  mutating func production() throws -> (String, Grammar.Rule)? {
    skip()
    guard position < characters.count else { return nil }
    let name = identifier()
    guard !name.isEmpty, take("=") else { throw malformed("expected `name =`") }
    let rule = try choice()
    guard take(";") else { throw malformed("expected `;` after `\(name)`") }
    return (name, rule)
  }

  private mutating func choice() throws -> Grammar.Rule {
    var ways = [try sequence()]
    while take("|") { ways.append(try sequence()) }
    return ways.count == 1 ? ways[0] : .choice(ways)
  }

  private mutating func sequence() throws -> Grammar.Rule {
    var parts = [try part()]
    while take(",") { parts.append(try part()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func part() throws -> Grammar.Rule {
    skip()
    guard position < characters.count else { throw malformed("the grammar ends too soon") }
    let first = characters[position]
    switch first {
    case "[", "{", "(":
      position += 1
      let inner = try choice()
      let close: Character = first == "[" ? "]" : first == "{" ? "}" : ")"
      guard take(close) else { throw malformed("expected `\(close)`") }
      return first == "[" ? .optional(inner) : first == "{" ? .repetition(inner) : inner
    case "\"", "'": return .terminal(try quoted(first))
    case "?": return .special(try quoted("?").trimmed)
    default:
      let name = identifier()
      guard !name.isEmpty else { throw malformed("`\(first)` means nothing here") }
      references.insert(name)
      return .reference(name)
    }
  }

  private mutating func quoted(_ quote: Character) throws -> String {
    position += 1
    let start = position
    while position < characters.count, characters[position] != quote { position += 1 }
    guard position < characters.count else { throw malformed("`\(quote)` is not closed") }
    defer { position += 1 }
    return String(characters[start..<position])
  }

  private mutating func identifier() -> String {
    skip()
    let start = position
    while position < characters.count, characters[position].isLetter { position += 1 }
    return String(characters[start..<position])
  }

  private mutating func take(_ wanted: Character) -> Bool {
    skip()
    guard position < characters.count, characters[position] == wanted else { return false }
    position += 1
    return true
  }

  private mutating func skip() {
    while position < characters.count {
      if characters[position].isWhitespace {
        position += 1
      } else if characters[position...].starts(with: "(*") {
        while position < characters.count, !characters[position...].starts(with: "*)") {
          position += 1
        }
        position = min(characters.count, position + 2)
      } else {
        return
      }
    }
  }

  private func malformed(_ message: String) -> Grammar.Malformed {
    let line = characters[..<min(position, characters.count)].count { $0.isNewline } + 1
    return Grammar.Malformed(description: "line \(line): \(message)")
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// A small generator with a fixed seed (SplitMix64), so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
