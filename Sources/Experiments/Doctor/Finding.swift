/// One thing about a machine that matters to runs.
public struct Finding: Sendable, Codable, Hashable {
  public enum Status: String, Sendable, Codable {
    case ok
    /// Runs are possible, but slower, or not all of them.
    case warning
    /// Something is missing that every run needs, or every run of the recipe.
    case failure
  }

  /// `processor`, `memory`, …
  public var name: String
  public var status: Status
  public var value: String
  /// What to do about it.
  public var help: String?

  public init(_ name: String, _ value: String, _ status: Status = .ok, help: String? = nil) {
    self.name = name
    self.status = status
    self.value = value
    self.help = help
  }
}
