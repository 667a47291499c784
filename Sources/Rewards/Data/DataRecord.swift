import RecipeLanguage

/// One question about one clip, or none, in the layout of the VIDEOP2R data release: the columns that
/// methods and rewards read are properties, everything else is kept in `extra`.
public struct DataRecord: Hashable, Sendable {
  /// A stretch of time in the clip that a label holds for, in seconds.
  public struct Span: Codable, Hashable, Sendable {
    public var label: String
    public var start: Double
    public var end: Double

    public init(label: String, start: Double, end: Double) {
      self.label = label
      self.start = start
      self.end = end
    }
  }

  /// Identifies the record within its file; empty when the file gives none.
  public var problemID: String
  /// The question.
  public var problem: String
  /// The choices of a multiple choice question; empty for every other.
  public var options: [String]
  /// The ground truth in its tag, `<answer>…</answer>`.
  public var solution: String
  /// The ground truth without a tag.
  public var answer: String
  /// The clip or picture, relative to the media folder of the data set; empty for text alone.
  public var path: String
  public var dataSource: String
  /// `video`, `image` or `text`.
  public var dataType: String
  /// The task, which selects the accuracy measure: `multiple choice`, `numerical`, `regression`,
  /// `OCR`, `free-form` or `temporal grounding`.
  public var problemType: String
  /// The observation of the reference trace; empty when there is none.
  public var observation: String
  /// The reasoning of the reference trace; empty when there is none.
  public var process: String
  /// The whole reference trace; empty when there is none.
  public var output: String
  /// The family of questions it belongs to; empty when the data set has no families.
  public var family: String
  /// When what is asked about holds, for data sets that know it.
  public var spans: [Span]
  /// Passages of a text collection that belong to the question, best first; nil where nobody has looked for any.
  public var passages: [String]?
  /// Columns of the file that none of the above reads.
  public var extra: [String: JSONValue]

  public init(
    problemID: String, problem: String, options: [String] = [], answer: String, path: String,
    dataType: String = "video", problemType: String, dataSource: String = "",
    observation: String = "", process: String = "", output: String = "", family: String = "",
    spans: [Span] = [], passages: [String]? = nil, extra: [String: JSONValue] = [:]
  ) {
    self.problemID = problemID
    self.problem = problem
    self.options = options
    self.solution = "<answer>\(answer)</answer>"
    self.answer = answer
    self.path = path
    self.dataSource = dataSource
    self.dataType = dataType
    self.problemType = problemType
    self.observation = observation
    self.process = process
    self.output = output
    self.family = family
    self.spans = spans
    self.passages = passages
    self.extra = extra
  }

  /// The response that supervised training teaches: `output`, or in the layout of Video-R1 reasoning and
  /// solution on lines of their own; empty without either.
  public var trace: String {
    output.isEmpty && !process.isEmpty ? process + "\n" + solution : output
  }

  /// Whether the question is about a clip or a picture.
  public var hasMedia: Bool { dataType != Self.text }

  /// The `data_type` of a question about nothing but its words.
  public static let text = "text"

  /// The columns that are properties.
  public static let columns: Set<String> = [
    "problem_id", "problem", "options", "solution", "answer", "path", "data_source", "data_type",
    "problem_type", "observation", "process", "output", "family", "spans",
    "passages",
  ]

  /// The text of a column, as a judge sees it under `item.<field>`: options and passages one per line, columns
  /// in `extra` as text or JSON. Nil when the record has no such column.
  public func text(of field: String) -> String? {
    switch field {
    case "problem": return problem
    case "options": return options.joined(separator: "\n")
    case "solution": return solution
    case "answer": return answer
    case "passages": return passages?.joined(separator: "\n")
    case "path": return path
    case "observation": return observation
    case "process": return process
    case "output": return output
    case "family": return family
    case "problem_id": return problemID
    case "problem_type": return problemType
    case "data_type": return dataType
    case "data_source": return dataSource
    default:
      guard let value = extra[field] else { return nil }
      return value.stringValue ?? (try? JSONText.write(value))
    }
  }

  /// What an expression reads under `item.<column>`: numbers and booleans of `extra` as they are,
  /// everything else as text. Nil for any other name, and for a column that the record lacks.
  public func value(named name: String) -> ExpressionValue? {
    guard name.hasPrefix("item.") else { return nil }
    let column = String(name.dropFirst("item.".count))
    switch extra[column] {
    case .number(let number): return .number(number)
    case .bool(let value): return .boolean(value)
    case .null: return nil
    default: return text(of: column).map { .text($0) }
    }
  }
}
