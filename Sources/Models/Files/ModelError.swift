/// What can go wrong with the files of a model and with what a caller asks of a model.
///
/// Every case names the file or the thing concerned and what was found there; `description` is one
/// line for the user.
public enum ModelError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The operating system refused to open or read the file.
  case cannotRead(path: String, reason: String)
  /// The operating system refused to write the file; what stood there before is untouched.
  case cannotWrite(path: String, reason: String)
  /// The bytes of the file are not what its format demands. `location` is a key or a byte offset.
  case malformed(path: String, location: String, reason: String)
  /// The file is well formed and says something that Sousvide does not implement.
  case unsupported(path: String, location: String, reason: String)
  /// Two statements of a model's files contradict each other: the configuration and the tensors.
  case contradiction(path: String, tensor: String, reason: String)
  /// A value given by the caller (not a file) that no model can take.
  case invalid(String)

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot read: \(reason)"
    case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
    case .malformed(let path, let location, let reason): "\(path): \(location): \(reason)"
    case .unsupported(let path, let location, let reason):
      "\(path): \(location): not supported: \(reason)"
    case .contradiction(let path, let tensor, let reason): "\(path): tensor \(tensor): \(reason)"
    case .invalid(let reason): reason
    }
  }
}
