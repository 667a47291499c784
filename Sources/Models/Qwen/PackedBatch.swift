import TensorEngine
import VideoInput

/// Groups of responses as the rows of one computation, without padding.
///
/// A group's prompt comes first and once, then its responses, each without its last token (which
/// predicts nothing): the responses attend to the prompt's rows. The last prompt row predicts the
/// first token of every response. The cost of a group of G responses of R tokens to a prompt of P
/// tokens is P + G·R rows, and its gradient is that of G · (P + R) rows.
///
/// Targets, and so log-probabilities, are in the order group, response, token.
public struct PackedBatch: Sendable {
  /// The inputs of `QwenGraph`, by name.
  public private(set) var inputs: [String: HostTensor]
  /// For every group and response, its range among the targets.
  public private(set) var targetRanges: [[Range<Int>]]
  /// How many rows the decoder computes.
  public let rowCount: Int
  /// How many tokens have a log-probability.
  public let targetCount: Int
  /// How many patches the vision tower computes.
  public let patchCount: Int

  /// Whether the batch has images or videos, and so needs a graph with the vision tower.
  public var hasVisuals: Bool { patchCount > 0 }

  /// - Parameters:
  ///   - groups: every prompt with its responses; a response has at least one token, a prompt may
  ///     have no responses.
  ///   - sharePrompt: whether a group's prompt is computed once; otherwise once per response, with
  ///     equal results.
  public init(
    _ groups: [(prompt: Prompt, responses: [[Int]])], configuration: QwenConfiguration,
    rule: PositionRule = .published, sharePrompt: Bool = true
  ) throws {
    guard !groups.isEmpty else { throw PromptError.noPrompts }
    var rows = PackedRows(configuration)
    rows.reserve(
      groups.flatMap { prompt, responses in
        repeatElement(prompt.visuals, count: sharePrompt ? 1 : responses.count).joined()
      })
    var targets: [Int32] = []
    var targetRows: [Int32] = []
    var ranges: [[Range<Int>]] = []
    for (prompt, responses) in groups {
      var prefix = sharePrompt ? try rows.appendPrompt(prompt, rule: rule) : nil
      ranges.append([])
      for response in responses {
        guard let last = response.indices.last else { throw PromptError.emptyResponse }
        try PromptLayout.check(response, configuration: configuration)
        if !sharePrompt { prefix = try rows.appendPrompt(prompt, rule: rule) }
        guard let prefix else { continue }
        let start = rows.appendResponse(response[..<last], after: prefix)
        ranges[ranges.count - 1].append(targets.count..<targets.count + response.count)
        targets += response.map { Int32($0) }
        targetRows.append(Int32(prefix.rows.upperBound - 1))
        targetRows += (start..<start + last).map { Int32($0) }
      }
    }
    rowCount = rows.count
    targetCount = targets.count
    patchCount = rows.vision.patchCount
    targetRanges = ranges
    inputs = rows.inputs
    inputs[QwenGraph.Input.targets] = HostTensor(targets, shape: [targets.count])
    inputs[QwenGraph.Input.targetRows] = HostTensor(targetRows, shape: [targetRows.count])
  }
}

/// Rows under construction: tokens, positions, and who attends to whom.
struct PackedRows {
  /// A prompt's place.
  struct Prefix {
    let rows: Range<Int>
    let positions: Positions
    let group: Int
  }

  private let configuration: QwenConfiguration
  private var tokens: [Int32] = []
  private var rotary: RotaryTable
  private var segments: [Int32] = []
  private var groups = 0
  private(set) var vision: PackedPatches

  init(_ configuration: QwenConfiguration) {
    self.configuration = configuration
    rotary = .text(configuration)
    vision = PackedPatches(configuration)
  }

  var count: Int { tokens.count }

  /// Makes room for the patches of prompts that are added later.
  mutating func reserve(_ visuals: [VisualPatches]) { vision.reserve(visuals) }

  mutating func appendPrompt(_ prompt: Prompt, rule: PositionRule) throws -> Prefix {
    let layout = try PromptLayout(prompt, configuration: configuration)
    let positions = try Positions(prompt, layout, configuration: configuration, rule: rule)
    let start = count
    for case .visual(let index, let range) in layout.elements {
      vision.append(prompt.visuals[index], firstRow: start + range.lowerBound)
    }
    append(prompt.tokens[...], positions)
    let prefix = Prefix(rows: start..<count, positions: positions, group: groups)
    segments += SegmentRow(queries: prefix.rows, own: prefix.rows, group: groups).values
    groups += 1
    return prefix
  }

  /// Adds rows that follow a prompt; returns the first row.
  mutating func appendResponse(_ response: ArraySlice<Int>, after prefix: Prefix) -> Int {
    let start = count
    guard !response.isEmpty else { return start }
    var positions = Positions(startingAt: prefix.positions.next)
    positions.appendText(response.count)
    append(response, positions)
    segments +=
      SegmentRow(
        queries: start..<count, prefix: prefix.rows, own: start..<count, group: prefix.group
      )
      .values
    return start
  }

  /// The segment table of prompts whose rows are kept elsewhere: row r of the computation at `places[r]`,
  /// the rows of a prompt one after the other.
  func segments(in places: [Int32]) -> HostTensor {
    var table = segments
    for row in stride(from: 0, to: table.count, by: SegmentRow.width) {
      let start = row + SegmentRow.ownStartColumn
      table[start] = places[Int(table[start])]
    }
    return HostTensor(table, shape: [table.count / SegmentRow.width, SegmentRow.width])
  }

  private mutating func append(_ newTokens: ArraySlice<Int>, _ positions: Positions) {
    tokens += newTokens.map { Int32($0) }
    for index in positions.temporal.indices {
      rotary.append(
        SIMD3(positions.temporal[index], positions.height[index], positions.width[index]))
    }
  }

  var inputs: [String: HostTensor] {
    var inputs = vision.inputs
    inputs[QwenGraph.Input.tokens] = HostTensor(tokens, shape: [tokens.count])
    inputs[QwenGraph.Input.cosine] = HostTensor(
      rotary.cosines, shape: [rotary.rows, rotary.columns])
    inputs[QwenGraph.Input.sine] = HostTensor(rotary.sines, shape: [rotary.rows, rotary.columns])
    inputs[QwenGraph.Input.segments] = HostTensor(
      segments, shape: [segments.count / SegmentRow.width, SegmentRow.width])
    return inputs
  }
}
