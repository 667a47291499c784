import RecipeLanguage
import Rewards

/// A value that goes into a header and nowhere else. What is printed in its place is its name.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  public let name: String
  private let value: String

  /// - Parameters:
  ///   - name: in the recipe's `secrets`.
  ///   - variable: the environment variable the value comes from, for the error.
  /// - Throws: `JudgeError.unusableSecret` for a value that would break out of its header.
  public init(name: String, value: String, variable: String) throws {
    let text = String(value.drop(while: \.isWhitespace))
    let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex
    let trimmed = String(text[..<end])
    guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw JudgeError.unusableSecret(secret: name, variable: variable)
    }
    self.name = name
    self.value = trimmed
  }

  /// The value, for the header of a request.
  var headerValue: String { value }

  /// The text with the secret's name wherever its value stood.
  func redacting(_ text: String) -> String {
    text.replacing(value, with: "[secret \(name)]")
  }

  /// The value with the secret's name wherever the secret stood in a text of it.
  func redacting(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(redacting(text))
    case .array(let elements): .array(elements.map(redacting))
    case .object(let members): .object(members.mapValues(redacting))
    case .null, .bool, .number: value
    }
  }

  public var description: String { "[secret \(name)]" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// The `secrets` of a recipe: names and the environment variables behind them.
public struct SecretStore: Sendable {
  private let variables: [String: String]
  private let environment: @Sendable (String) -> String?

  public init(
    _ variables: [String: String], environment: @escaping @Sendable (String) -> String?
  ) {
    self.variables = variables
    self.environment = environment
  }

  /// - Parameter recipe: the root of a checked recipe.
  public init(recipe: Record, environment: @escaping @Sendable (String) -> String?) {
    let secrets = recipe.optionalRecord("secrets")?.records ?? []
    let pairs = secrets.compactMap { secret in
      secret.optionalString("env").map { (secret.name, $0) }
    }
    self.init(Dictionary(pairs) { first, _ in first }, environment: environment)
  }

  /// - Throws: `JudgeError.missingSecret`, `.unusableSecret`.
  func secret(_ name: String, judge: String) throws -> Secret {
    let variable = variables[name] ?? name
    guard let value = environment(variable), !value.isEmpty else {
      throw JudgeError.missingSecret(judge: judge, secret: name, variable: variable)
    }
    return try Secret(name: name, value: value, variable: variable)
  }
}
