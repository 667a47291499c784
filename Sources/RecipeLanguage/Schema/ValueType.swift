/// The parts of a recipe whose entries have names that other parts refer to.
public enum Section: String, Sendable, CaseIterable {
  case segments
  /// Declared by the `process` of segments, not by a key of its own.
  case processes
  case judges, generators, secrets, rewards, data, schedules, stages, params
  case evaluations = "eval"

  /// "judge", for sentences.
  public var noun: String {
    switch self {
    case .segments: "segment"
    case .processes: "process"
    case .judges: "judge"
    case .generators: "generator"
    case .secrets: "secret"
    case .rewards: "reward"
    case .data: "data set"
    case .schedules: "schedule"
    case .stages: "stage"
    case .params: "param"
    case .evaluations: "evaluation"
    }
  }
}

/// The numbers a key accepts.
public struct NumberRange: Sendable, Hashable {
  public var lower: Double
  public var upper: Double
  /// `lower` itself is not accepted.
  public var excludesLower: Bool

  public static let any = NumberRange(
    lower: -.greatestFiniteMagnitude, upper: .greatestFiniteMagnitude, excludesLower: false)
  public static let positive = NumberRange(
    lower: 0, upper: .greatestFiniteMagnitude, excludesLower: true)
  public static let nonNegative = NumberRange(
    lower: 0, upper: .greatestFiniteMagnitude, excludesLower: false)

  public static func between(_ lower: Double, _ upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: false)
  }

  func contains(_ value: Double) -> Bool {
    value <= upper && (excludesLower ? value > lower : value >= lower)
  }

  public var phrase: String {
    if self == .any { return "a number" }
    if self == .positive { return "a number above 0" }
    if self == .nonNegative { return "a number from 0" }
    return "a number from \(shortText(lower)) to \(shortText(upper))"
  }
}

/// The type of a key: how its text is read, what is accepted, and how it is described.
public indirect enum ValueType: Sendable {
  /// Text. A plain scalar that other YAML readers take for a number, boolean or date must be quoted.
  case string
  /// Letters, digits and `_`, beginning with a letter or `_`.
  case identifier
  case boolean
  case integer(ClosedRange<Int>)
  case number(NumberRange)
  /// `15%` or `0.15`, from 0 to 1.
  case share
  /// `72 tok`, within a range.
  case quantity(Unit, in: ClosedRange<Double> = ValueType.anyQuantity)
  /// `7..24 tok`, both ends included. Where several units are accepted the one that is written is
  /// meant.
  case window(Unit, or: [Unit] = [])
  /// `0.5..2`: two numbers without a unit, both ends included; a list of the two.
  case interval
  case choice([String])
  /// A name declared in a section.
  case reference(Section)
  /// The name of a data set, or `stages.<name>` for what a stage makes.
  case items
  /// `item.<column>` or `segment.<declared segment>`.
  case textSource
  /// Any one value, kept as text and read later by the type it is meant for.
  case anyScalar
  /// `secrets.<name>`: what may hold a secret, and nothing else may.
  case secret
  /// A prompt with holes, or the name of a `.md` or `.txt` file that holds it.
  case template(TemplateUse)
  /// A file or folder, relative to the file that writes it; `words` are taken as themselves.
  case path(words: [String] = [])
  case list(ValueType, count: ClosedRange<Int> = 0...10_000)
  /// Entries by name.
  case map(ValueType)
  /// Entries by process.
  case processMap(ValueType)
  case record([FieldSchema])
  /// A record whose further keys depend on the value of one of them.
  case kind(discriminator: String, common: [FieldSchema], kinds: [KindSchema])
  /// A formula over what its place offers.
  case expression(ExpressionType, ExpressionContext)
  /// A number, `schedules.<name>`, or a schedule written out.
  ///
  /// - Parameter range: the values that are legal at every step.
  case schedule(NumberRange)
  /// A moment of a stage: `200 step`, `1.5 epoch`, `3%`; `words` are taken as themselves.
  case position(words: [String])
  /// The value, or the word `none`.
  case optional(ValueType)

  public static let integer = ValueType.integer(Int.min...Int.max)
  /// More of anything that is counted is a slip of the keyboard, and products of such numbers would not
  /// fit an integer.
  public static let largestCount = 1_000_000_000
  /// From 1.
  public static let count = ValueType.integer(1...largestCount)
  /// From 0.
  public static let size = ValueType.integer(0...largestCount)
  /// What random numbers are drawn from.
  public static let seed = ValueType.integer(0...Int.max)
  /// What is taken or computed at once: records, questions, responses.
  public static let batch = ValueType.integer(1...1_000_000)
  /// The longest response, which is held in memory.
  public static let responseLength = ValueType.quantity(.token, in: 1...1_048_576)
  public static let anyQuantity = 0...Double.greatestFiniteMagnitude

  /// For "expected …".
  public var phrase: String {
    switch self {
    case .string: return "text"
    case .identifier: return "a name (letters, digits, `_`)"
    case .boolean: return "`true` or `false`"
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): return "a whole number"
      // Who is below the range is not helped by its upper end.
      case (let low, Self.largestCount...): return "a whole number from \(low)"
      case (let low, let high): return "a whole number from \(low) to \(high)"
      }
    case .number(let range): return range.phrase
    case .share: return "a share such as `15%` or `0.15`"
    case .quantity(let unit, _): return "a quantity in \(unit.phrase)"
    case .window(let unit, let others):
      let units = ([unit] + others).map(\.phrase).joined(separator: " or ")
      return "a window in \(units) such as `128..320 \(unit.rawValue)`"
    case .interval: return "two numbers joined by `..`, such as `0.5..2`"
    case .choice(let words):
      return words.count > 12
        ? "a word such as `\(words[0])`" : words.map { "`\($0)`" }.joined(separator: " or ")
    case .reference(let section): return "the name of a \(section.noun)"
    case .items: return "the name of a data set, or `stages.<name>` of a pipeline"
    case .textSource: return "`item.<column>` or `segment.<name>`"
    case .anyScalar: return "a value"
    case .secret: return "a secret such as `secrets.judge_key`"
    case .template: return "a prompt, or the path of a file with one"
    case .path: return "a path"
    case .list(let item, _): return "a list, each item \(item.phrase)"
    case .map, .processMap: return "a record of named entries"
    case .record: return "a record"
    case .kind(let discriminator, _, _): return "a record with a key `\(discriminator)`"
    case .expression(.boolean, .groupGate): return "a condition such as `count(correct > 0) >= 2`"
    case .expression(.boolean, _): return "a condition such as `correct > 0`"
    case .expression: return "a formula"
    case .schedule(.any): return "a number or a schedule"
    case .schedule(let range): return "\(range.phrase) or a schedule"
    case .position(let words):
      let position = "a position such as `200 step`, `1.5 epoch` or `3%`"
      return words.isEmpty ? position : "\(position), or `\(words.joined(separator: "` or `"))`"
    case .optional(let type): return "\(type.phrase), or `none`"
    }
  }
}
