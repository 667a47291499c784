import TensorEngine
import VideoInput

/// The patches of all images and videos of a batch, each visual in window order.
struct PackedPatches {
  private let configuration: QwenConfiguration
  private var values: [Float] = []
  private var rotary: RotaryTable
  private var windows: [Int32] = []
  private var frames: [Int32] = []
  /// For every merged patch, in the tower's order, the decoder row of its placeholder.
  private var rows: [Int32] = []
  private(set) var patchCount = 0

  init(_ configuration: QwenConfiguration) {
    self.configuration = configuration
    rotary = .vision(headDimension: configuration.vision?.headDimension ?? 0)
  }

  /// Makes room for the values of visuals, before they are added one by one.
  mutating func reserve(_ visuals: some Sequence<VisualPatches>) {
    values.reserveCapacity(values.count + visuals.reduce(0) { $0 + $1.values.count })
  }

  /// Adds a visual whose placeholders start at a decoder row. The prompt's layout has checked its
  /// grid.
  mutating func append(_ visual: VisualPatches, firstRow: Int) {
    guard let layout = configuration.visionLayout(of: visual), !layout.blockOrder.isEmpty else {
      return
    }
    let blockWidth = visual.values.count / layout.blockOrder.count
    for block in layout.blockOrder {
      values += visual.values[block * blockWidth..<(block + 1) * blockWidth]
      rows.append(Int32(firstRow + block))
    }
    for patch in layout.coordinates { rotary.append(SIMD3(patch.row, patch.column, 0)) }
    Self.append(layout.windowSizes, to: &windows, firstPatch: patchCount)
    Self.append(layout.frameSizes, to: &frames, firstPatch: patchCount)
    patchCount += visual.patchCount
  }

  /// Adds ranges of patches that attend to each other; each is a group of its own.
  private static func append(_ sizes: [Int], to segments: inout [Int32], firstPatch: Int) {
    var start = firstPatch
    for size in sizes {
      let range = start..<start + size
      let group = segments.count / SegmentRow.width
      segments += SegmentRow(queries: range, own: range, group: group).values
      start += size
    }
  }

  /// The tower's inputs; none when there are no patches.
  var inputs: [String: HostTensor] {
    guard patchCount > 0 else { return [:] }
    return [
      QwenGraph.Input.patches: HostTensor(
        values, shape: [patchCount, values.count / patchCount]),
      QwenGraph.Input.patchCosine: HostTensor(
        rotary.cosines, shape: [patchCount, rotary.columns]),
      QwenGraph.Input.patchSine: HostTensor(rotary.sines, shape: [patchCount, rotary.columns]),
      QwenGraph.Input.windows: HostTensor(
        windows, shape: [windows.count / SegmentRow.width, SegmentRow.width]),
      QwenGraph.Input.frames: HostTensor(
        frames, shape: [frames.count / SegmentRow.width, SegmentRow.width]),
      QwenGraph.Input.patchRows: HostTensor(rows, shape: [rows.count]),
    ]
  }
}
