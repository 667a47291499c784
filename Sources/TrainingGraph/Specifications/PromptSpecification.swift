import Foundation
import Models
import RecipeLanguage
import Rewards

/// What a question looks like to the policy.
public struct PromptSpecification: Sendable, Codable, Equatable {
  /// The system message; nil leaves it to the chat template.
  public var system: String?
  /// Text of a template with holes for columns of the item.
  public var user: String
  public var optionsSeparator: String
  /// What a question of one task type ends with.
  public struct TaskText: Sendable, Codable, Equatable {
    /// The recipe's key for the task type.
    public var task: String
    /// Text of a template.
    public var text: String
  }

  /// By task, in the order of `TaskAccuracy.problemTypes`.
  public var taskTexts: [TaskText]

  public init(
    system: String?, user: String, optionsSeparator: String, taskTexts: [TaskText] = []
  ) {
    self.system = system
    self.user = user
    self.optionsSeparator = optionsSeparator
    self.taskTexts = taskTexts
  }
}

extension PromptSpecification {
  /// Reads `model.prompt`.
  init(settings: Record) throws {
    self.init(
      system: settings.optionalString("system"), user: try settings.template("user").text,
      optionsSeparator: try settings.string("options_separator"),
      taskTexts: TaskAccuracy.problemTypes.compactMap { type in
        let task = Self.key(ofTask: type)
        let text = settings.optionalRecord("by_task")?.optionalTemplate(task)?.text
        return text.map { TaskText(task: task, text: $0) }
      })
  }

  /// What a recipe calls a task type: `multiple_choice`, `ocr`.
  static func key(ofTask type: String) -> String {
    String(type.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// The keys of `by_task`.
  static let taskFields: [FieldSchema] = TaskAccuracy.problemTypes.map { type in
    .optional(key(ofTask: type), .template(.question), "for `problem_type: \(type)`")
  }

  /// The conversation up to the response.
  ///
  /// - Throws: `PromptError.noColumn` where the prompt shows a column that the record lacks.
  public func messages(
    _ record: DataRecord, media: [ChatMessage.Part]
  ) throws(PromptError) -> [ChatMessage] {
    var text = try filled(user, record)
    let task = Self.key(ofTask: record.problemType)
    if let ending = taskTexts.first(where: { $0.task == task }) {
      text += "\n" + (try filled(ending.text, record))
    }
    let question = ChatMessage(.user, media + [.text(text.trimmingCharacters(in: .whitespaces))])
    return (system.map { [ChatMessage(.system, $0)] } ?? []) + [question]
  }

  private func filled(
    _ template: String, _ record: DataRecord
  ) throws(PromptError) -> String {
    try Template(template).filled { hole throws(PromptError) in
      let column = String(hole.source.dropFirst("item.".count))
      if column == "options" { return record.options.joined(separator: optionsSeparator) }
      guard let text = record.text(of: column) else {
        throw .noColumn(column, record: record.problemID)
      }
      return text
    }
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
