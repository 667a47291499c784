import TensorEngine

/// The program of a stage: with the vision tower for passes that hold a video or a picture, without it
/// for passes of text. Each is compiled when the first such pass comes.
///
/// Without the tower its parameters have gradients of exactly zero, so that what a step learns does not
/// depend on which pass a text is in.
final class StagePrograms {
  private let device: any Device
  private let graph: (_ hasVisuals: Bool) throws -> Graph
  private var compiled: [Bool: Executable] = [:]

  init(on device: any Device, graph: @escaping (_ hasVisuals: Bool) throws -> Graph) {
    self.device = device
    self.graph = graph
  }

  func program(hasVisuals: Bool) throws -> Executable {
    if let known = compiled[hasVisuals] { return known }
    let executable = try Executable(graph(hasVisuals), on: device)
    compiled[hasVisuals] = executable
    return executable
  }
}

/// What one forward and backward pass reads.
struct PassInputs {
  var inputs: [String: HostTensor]
  /// Whether any of its prompts has a video or a picture.
  var hasVisuals: Bool
}
