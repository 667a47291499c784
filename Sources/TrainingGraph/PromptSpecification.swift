import Foundation
import Models
import RecipeLanguage
import Rewards

extension PromptSpecification {
  /// Reads `model.prompt`.
  init(settings: Record) throws {
    self.init(
      system: settings.optionalString("system"), user: try settings.template("user").text,
      optionsSeparator: try settings.string("options_separator"))
  }

  /// The conversation up to the response.
  ///
  /// - Throws: `PromptError.noColumn` where the prompt shows a column that the record lacks.
  public func messages(
    _ record: DataRecord, media: [ChatMessage.Part]
  ) throws(PromptError) -> [ChatMessage] {
    let text = try Template(user).filled { hole throws(PromptError) in
      let column = String(hole.source.dropFirst("item.".count))
      if column == "options" { return record.options.joined(separator: optionsSeparator) }
      guard let text = record.text(of: column) else {
        throw .noColumn(column, record: record.problemID)
      }
      return text
    }
    let question = ChatMessage(.user, media + [.text(text.trimmingCharacters(in: .whitespaces))])
    return (system.map { [ChatMessage(.system, $0)] } ?? []) + [question]
  }
}

/// A question that cannot be asked as the prompt says.
public enum PromptError: Error, Sendable, Equatable, CustomStringConvertible {
  case noColumn(String, record: String)

  public var description: String {
    switch self {
    case .noColumn(let column, let record):
      "the prompt shows `item.\(column)`, which record \(record) does not have"
    }
  }
}
