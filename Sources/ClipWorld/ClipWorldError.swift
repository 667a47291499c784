/// What can go wrong while a world is made.
public enum ClipWorldError: Error, Equatable, Sendable {
  case setting(name: String, message: String)
  case foreignFolder(path: String)
  case file(path: String, message: String)
  case judgeCannotSee(field: String)
  case notAWorldQuestion(String)
}

extension ClipWorldError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .setting(let name, let message):
      "clipworld setting '\(name)': \(message)"
    case .foreignFolder(let path):
      "'\(path)' holds files that are not ClipWorld's; name an empty or a new folder"
    case .file(let path, let message):
      "'\(path)': \(message)"
    case .judgeCannotSee(let field):
      "the oracle judge must see \(field); add it to the judge's 'sees'"
    case .notAWorldQuestion(let problem):
      "the oracle judge only knows ClipWorld's questions, and '\(problem)' is none"
    }
  }
}
