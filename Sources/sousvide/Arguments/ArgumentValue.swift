/// A type whose values can be written on a command line.
protocol ArgumentValue: Sendable {
  /// The value that `text` spells, if it spells one.
  init?(argument text: String)

  /// What stands for a value in the usage line: `N`, `PATH`.
  static var placeholder: String { get }

  /// What a value must look like, for messages: `a whole number`.
  static var expectation: String { get }

  /// Every value there is, where there are few.
  static var choices: [String] { get }

  /// What a shell offers for a value.
  static var completion: Completion { get }
}

extension ArgumentValue {
  static var choices: [String] { [] }
  static var completion: Completion { choices.isEmpty ? .nothing : .words { choices } }
}

extension String: ArgumentValue {
  init?(argument text: String) {
    guard !text.isEmpty else { return nil }
    self = text
  }
  static var placeholder: String { "TEXT" }
  static var expectation: String { "a text that is not empty" }
}

extension Int: ArgumentValue {
  init?(argument text: String) { self.init(text) }
  static var placeholder: String { "N" }
  static var expectation: String { "a whole number" }
}

extension UInt64: ArgumentValue {
  init?(argument text: String) { self.init(text) }
  static var placeholder: String { "N" }
  static var expectation: String { "a whole number from 0" }
}

extension Double: ArgumentValue {
  init?(argument text: String) {
    guard let value = Double(text), value.isFinite else { return nil }
    self = value
  }
  static var placeholder: String { "X" }
  static var expectation: String { "a number" }
}

/// The path of a file or a folder, as the user wrote it.
struct PathArgument: ArgumentValue, Hashable {
  var path: String

  init?(argument text: String) {
    guard !text.isEmpty else { return nil }
    path = text
  }
  static var placeholder: String { "PATH" }
  static var expectation: String { "a path" }
  static var completion: Completion { .files() }
}

/// An enumeration offers its cases by name.
extension ArgumentValue where Self: CaseIterable & RawRepresentable, RawValue == String {
  init?(argument text: String) { self.init(rawValue: text) }
  static var placeholder: String { choices.joined(separator: "|") }
  static var expectation: String { "one of " + choices.joined(separator: ", ") }
  static var choices: [String] { allCases.map(\.rawValue) }
}
