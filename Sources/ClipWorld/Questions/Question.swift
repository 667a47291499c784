/// A question about a clip, without its answer: what a person or a judge can read off the text.
public struct Question: Sendable, Hashable {
  /// The family that asks it (`QuestionFamily.name`).
  public var family: String
  public var problem: String
  /// The words to choose from; empty unless multiple choice. The answer is one of the words, not a letter.
  public var options: [String]
  /// The colour or shape it is about, where it is about one.
  public var subject: String
  /// The second it is about, where it is about one.
  public var second: Int?
  /// The direction it is about, where it is about one.
  public var direction: String
  /// The price list that the answer is looked up in, where it is in one.
  public var list: Int?

  public init(
    family: String, problem: String, options: [String] = [], subject: String = "",
    second: Int? = nil, direction: String = "", list: Int? = nil
  ) {
    self.family = family
    self.problem = problem
    self.options = options
    self.subject = subject
    self.second = second
    self.direction = direction
    self.list = list
  }
}

/// A kind of question: which scenes it needs, how it is worded, and what follows from a list of facts.
/// A new family is a new file here and a line in `QuestionFamilies.all`.
protocol QuestionFamily: Sendable {
  var name: String { get }
  /// The task type that selects the accuracy measure (`multiple choice`, `numerical`, …).
  var problemType: String { get }
  /// How traces are written unless the settings say otherwise.
  var traceForm: TraceForm { get }
  /// How the clips are filmed.
  var film: Film { get }
  /// Changes when the same settings give other clips or records of this family.
  var version: Int { get }
  /// What the next scene must be like. Draws what the answer's balance depends on, so that guessing gains nothing.
  func plan(random: inout ClipRandom) -> ScenePlan
  /// The question about a scene, or nil if the scene does not suit it.
  func ask(about scene: Scene, random: inout ClipRandom) -> Question?
  /// Understands a question of this family from its words; nil if it is none.
  func read(_ words: [String], problem: String, options: [String]) -> Question?
  /// The answer that follows from the facts, or nil if they leave it open.
  func solve(_ question: Question, _ facts: ClipFacts) -> String?
  /// The reasoning from the facts to a conclusion, which is its last words.
  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String
  /// Answers of the right form that somebody could give by mistake (the right one may be among them).
  func conceivableAnswers(_ question: Question) -> [String]
  /// What has to be looked at for an answer: the blocks of timed traces, and the true spans of the record.
  func evidence(_ question: Question, _ facts: ClipFacts) -> ClipFacts
  /// A fact that no clip shows and without which the answer does not follow.
  func outsideFact(_ question: Question, _ facts: ClipFacts) -> String?
}

extension QuestionFamily {
  var traceForm: TraceForm { .observed }
  var film: Film { .usual }
  var version: Int { 1 }
  func conceivableAnswers(_ question: Question) -> [String] { question.options }
  func evidence(_ question: Question, _ facts: ClipFacts) -> ClipFacts { facts }
  func outsideFact(_ question: Question, _ facts: ClipFacts) -> String? { nil }
}

/// The registry of families.
enum QuestionFamilies {
  /// What a world asks when nothing else is said: all of it can be seen in eight frames and told in two statements.
  static let usual: [any QuestionFamily] = [
    DirectionFamily(), FirstFamily(), ColourFamily(), CountFamily(), WhenFamily(), DurationFamily(),
  ]

  static let all: [any QuestionFamily] =
    usual + [
      GroundingFamily(), KeyFrameFamily(), DescriptionFamily(), KnowledgeFamily(), SignFamily(),
    ]

  static func named(_ name: String) -> (any QuestionFamily)? { all.first { $0.name == name } }

  /// Understands a question of any family from its text.
  static func read(problem: String, options: [String]) -> Question? {
    let words = problem.split(whereSeparator: \.isWhitespace).map(String.init)
    for family in all {
      if let question = family.read(words, problem: problem, options: options) { return question }
    }
    return nil
  }
}

extension ScenePlan {
  /// One object in three clips of five, two in the others.
  static func oneOrTwo(_ random: inout ClipRandom) -> ScenePlan {
    ScenePlan(objectCount: random.happens(0.6) ? 1 : 2)
  }
}
