/// Why a bundle cannot be signed, or its signature does not hold.
public enum SignatureError: Error, Sendable, Equatable, CustomStringConvertible {
  case noProgram(path: String)
  case noKey(String)
  /// What the program said of the key.
  case refused(key: String, reason: String)
  /// What the program said of the signature.
  case notVerified(String)
  case noAnswer(String)

  public var description: String {
    switch self {
    case .noProgram(let path):
      "signatures take OpenSSH's `ssh-keygen`, which is in no folder of PATH (\(path))"
    case .noKey(let key): "there is no key '\(key)'"
    case .refused(let key, let reason):
      "'\(key)' cannot sign: \(reason). Nobody is asked for a passphrase here: with one, add the key to "
        + "ssh-agent and give its public half"
    case .notVerified(let reason): "it does not hold: \(reason)"
    case .noAnswer(let reason): "`ssh-keygen` has given no answer: \(reason)"
    }
  }
}
