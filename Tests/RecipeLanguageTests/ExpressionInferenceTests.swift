import Testing

@testable import RecipeLanguage

/// What is inferred holds of everything that is computed.
struct ExpressionInferenceTests {
  private static let names = ["a", "b", "c", "d"]

  private func parse(_ text: String, as type: ExpressionType = .unknown) throws
    -> RecipeLanguage.Expression
  {
    let scope = ExpressionScope(.gate) { .value($0.hasPrefix("item.") ? .column : .number()) }
    let parsed = Expression.parse(text, as: type, in: scope)
    return try #require(parsed.expression, "\(text): \(parsed.problems)")
  }

  private func infer(
    _ text: String, _ domains: [String: ValueDomain]
  ) throws -> ValueDomain {
    try parse(text).infer { domains[$0] }.whole
  }

  private static let bit = ValueDomain.number(in: 0...1, support: [0, 1])
  private static let share = ValueDomain.number(in: 0...1)

  @Test(
    arguments: [
      ("a + 0.2 * b", [0, 0.2, 1, 1.2]), ("a * b", [0, 1]), ("if(a > 0, b, 0.5)", [0, 0.5, 1]),
      ("min(a, 0.5)", [0, 0.5]), ("clamp(a * 3, 0.5, 2)", [0.5, 2]), ("-a", [-1, 0]),
      ("abs(a - b)", [0, 1]), ("if(a > 0, 1 / a, 0)", [0, 1]), ("if(a > 2, 7, a)", [0, 1]),
      ("a / (b + 1)", [0, 0.5, 1]), ("floor(a / 2)", [0]),
    ] as [(String, [Double])])
  func supportsAreCarriedThroughArithmetic(text: String, support: [Double]) throws {
    let found = try infer(text, ["a": Self.bit, "b": Self.bit])
    #expect(found.support == support)
    #expect(!found.mayAbstain)
  }

  @Test(
    arguments: [
      ("a > 0", [false, true]), ("a > 1", [false]), ("a >= 0", [true]),
      ("a < 0 or a > 0.5", [false, true]),
      ("a > 0.5 and a < 0.3", [false]), ("a > 0.5 or a <= 0.5", [true]), ("not a >= 0", [false]),
      ("b == 0.5", [false]), ("b == 0 or b == 1", [true]), ("b != 0.5", [true]),
      ("a > 0 and not a > 0", [false]), ("if(a > 0.5, a > 0.2, true)", [true]),
      ("a + b > 2", [false]), ("max(a, 2) > 1", [true]),
    ] as [(String, [Bool])])
  func conditionsThatCannotFailOrHoldAreKnown(text: String, values: [Bool]) throws {
    let found = try infer(text, ["a": Self.share, "b": Self.bit])
    #expect(found.support == values.map { $0 ? 1 : 0 }, "\(text)")
  }

  /// The sum of eight times 0.2 is not eight times 0.2: a question for `std(reward) > 0` must not find a spread there.
  @Test func equalValuesDeviateByNothing() {
    let std = RecipeLanguage.Expression.Aggregate.std
    for value in [0.1, 0.2, 0.3, -1.1, 2.0 / 3, 1e-300, 1e300] {
      for count in 2...16 {
        #expect(std.apply(Array(repeating: value, count: count)) == 0, "\(count) times \(value)")
      }
    }
    #expect(std.apply([1, 3]) == 2.0.squareRoot())
    #expect(std.apply([1]) == nil)
    #expect(std.apply([]) == nil)
  }

  @Test func abstentionsFollowTheirInputs() throws {
    var unsure = Self.share
    unsure.mayAbstain = true
    let domains = ["a": unsure, "b": Self.bit]
    #expect(try infer("a + b", domains).mayAbstain)
    #expect(try infer("a > 0 and b > 0", domains).mayAbstain)
    #expect(try !infer("a > 0 and b > 1", domains).mayAbstain)
    #expect(try infer("1 / b", domains).mayAbstain)
    #expect(try infer("log(b)", domains).mayAbstain)
    #expect(try infer("item.objects > 2", domains).mayAbstain)
    #expect(try !infer("b * 2", domains).mayAbstain)
  }

  @Test func aPartIsKnownAsFarAsTheConditionsAroundItSay() throws {
    let expression = try parse("if(a > 0.25, a, 1)")
    let inference = expression.infer { _ in Self.share }
    let inner = try #require(expression.root.operands[safe: 1].flatMap { inference[$0] })
    #expect(inner.range.lowerBound == 0.25.nextUp)
    #expect(inference.whole.range == 0.25.nextUp...1)
  }

  @Test func costCountsOperationsAndPurityIsCarried() throws {
    var judged = Self.share
    judged.isPure = false
    #expect(try infer("a + b * 2 > 1", ["a": Self.bit, "b": Self.bit]).cost == 3)
    #expect(try infer("a", ["a": judged]).isPure == false)
    #expect(try infer("b + 1", ["b": Self.bit]).isPure)
  }

  @Test func whatIsAskedOfAGroupHasItsOwnRange() throws {
    let scope = ExpressionScope(.groupGate) { _ in .value(.number()) }
    func infer(_ text: String) throws -> ValueDomain {
      let parsed = Expression.parse(text, as: .unknown, in: scope)
      let expression = try #require(parsed.expression, "\(parsed.problems)")
      return expression.infer(groupSize: 4) { _ in Self.bit }.whole
    }
    #expect(try infer("count(a > 0)").support == [0, 1, 2, 3, 4])
    #expect(try infer("count(a > 0) >= 5").isAlwaysFalse)
    #expect(try infer("mean(a)").range == 0...1)
    #expect(try infer("all(a >= 0)").isAlwaysTrue)
    #expect(try infer("any(a > 1)").isAlwaysFalse)
    #expect(try infer("min_of(a) + max_of(a)").support == [0, 1, 2])
    #expect(try infer("std(a)").range.contains(1 / 2.0.squareRoot()))
  }

  /// Random expressions over random domains: every value lies in the inferred range and support, of
  /// every part, and only what may abstain does.
  @Test(arguments: [UInt64](1...6))
  func everyValueIsWithinWhatIsInferred(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    for _ in 0..<300 {
      let text = Self.formula(depth: 4, &generator)
      let domains = Dictionary(
        uniqueKeysWithValues: Self.names.map { ($0, Self.domain(&generator)) })
      let expression = try parse(text)
      let inference = expression.infer { domains[$0] }
      for _ in 0..<12 {
        var values: [String: Double] = [:]
        for name in Self.names {
          values[name] = domains[name].flatMap { Self.value(in: $0, &generator) }
        }
        let environment = ExpressionEnvironment { [values] in values[$0].map { .number($0) } }
        guard let value = expression.value(in: environment)?.number else {
          #expect(inference.whole.mayAbstain, "\(text) abstains for \(values)")
          continue
        }
        #expect(
          inference.whole.contains(value) && inference.whole.range.contains(value),
          "\(text) = \(value) for \(values), inferred \(inference.whole)")
      }
    }
  }

  private static func domain(_ generator: inout SplitMix) -> ValueDomain {
    let grid = [-2, -1, -0.5, 0, 0.1, 0.2, 0.5, 1, 2, 3, 1e308]
    func pick() -> Double { grid[Int.random(in: 0..<grid.count, using: &generator)] }
    var domain: ValueDomain
    if Bool.random(using: &generator) {
      domain = .number(support: (0...Int.random(in: 0...3, using: &generator)).map { _ in pick() })
    } else {
      let (x, y) = (pick(), pick())
      domain = .number(in: min(x, y)...max(x, y))
    }
    domain.mayAbstain = Int.random(in: 0..<4, using: &generator) == 0
    return domain
  }

  private static func value(in domain: ValueDomain, _ generator: inout SplitMix) -> Double? {
    if domain.mayAbstain, Int.random(in: 0..<3, using: &generator) == 0 { return nil }
    if let support = domain.support { return support.randomElement(using: &generator) }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return domain.range.lowerBound
    case 1: return domain.range.upperBound
    default: return Double.random(in: domain.range, using: &generator)
    }
  }

  private static func formula(depth: Int, _ generator: inout SplitMix) -> String {
    func number(_ depth: Int, _ generator: inout SplitMix) -> String {
      let choice =
        depth == 0
        ? Int.random(in: 0..<2, using: &generator) : Int.random(in: 0..<9, using: &generator)
      func inner() -> String { number(depth - 1, &generator) }
      switch choice {
      case 0: return names.randomElement(using: &generator) ?? "a"
      case 1: return ["0", "1", "0.5", "2", "0.3"].randomElement(using: &generator) ?? "1"
      case 2, 3:
        let symbol = ["+", "-", "*", "/"].randomElement(using: &generator) ?? "+"
        return "(\(inner()) \(symbol) \(inner()))"
      case 4: return "-\(inner())"
      case 5: return "if(\(condition(depth - 1, &generator)), \(inner()), \(inner()))"
      case 6:
        let function = ["min", "max"].randomElement(using: &generator) ?? "min"
        return "\(function)(\(inner()), \(inner()))"
      case 7: return "clamp(\(inner()), \(inner()), \(inner()))"
      default:
        let function =
          ["abs", "round", "floor", "ceil", "sqrt", "exp", "log"].randomElement(using: &generator)
          ?? "abs"
        return "\(function)(\(inner()))"
      }
    }
    func condition(_ depth: Int, _ generator: inout SplitMix) -> String {
      let choice = depth <= 0 ? 0 : Int.random(in: 0..<6, using: &generator)
      switch choice {
      case 1: return "not \(condition(depth - 1, &generator))"
      case 2: return "(\(condition(depth - 1, &generator)) and \(condition(depth - 1, &generator)))"
      case 3: return "(\(condition(depth - 1, &generator)) or \(condition(depth - 1, &generator)))"
      default:
        let symbol = ["==", "!=", "<", "<=", ">", ">="].randomElement(using: &generator) ?? ">"
        let depth = max(0, depth - 2)
        return "(\(number(depth, &generator)) \(symbol) \(number(depth, &generator)))"
      }
    }
    return Bool.random(using: &generator)
      ? number(depth, &generator) : condition(depth, &generator)
  }
}

/// A small generator with a fixed seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
