/// Why a bundle cannot be made, read or unpacked.
public enum BundleError: Error, Sendable, Equatable, CustomStringConvertible {
  case cannotRead(bundle: String, reason: String)
  case cannotWrite(bundle: String, reason: String)
  /// It is no bundle, or not a whole one.
  case notABundle(String, reason: String)
  case newerSchema(String, schema: String)
  /// What a member is or is called could do harm.
  case refused(member: String, reason: String)
  /// A member is not as the manifest says.
  case damaged(member: String, reason: String)
  /// A file of the run has what nobody else may have.
  case secret(file: String, line: Int, what: String)
  case exists(path: String)
  /// A file that a record names has no place in a bundle.
  case unplaceable(data: String, record: Int, path: String, reason: String)
  /// The records of a data set are no longer those that the run read.
  case otherData(String)

  public var description: String {
    switch self {
    case .cannotRead(let bundle, let reason): "cannot read '\(bundle)': \(reason)"
    case .cannotWrite(let bundle, let reason):
      "cannot write '\(bundle)': \(reason); nothing was left there"
    case .notABundle(let bundle, let reason): "'\(bundle)' is not a bundle: \(reason)"
    case .newerSchema(let bundle, let schema):
      "'\(bundle)' is of layout `\(schema)`, and this program knows those up to "
        + "`\(BundleManifest.schemaWithData)`; a later version of sousvide has made it"
    case .refused(let member, let reason): "the bundle's member '\(member)' is refused: \(reason)"
    case .damaged(let member, let reason): "the bundle's member '\(member)' \(reason)"
    case .secret(let file, let line, let what):
      "'\(file)' line \(line) has \(what), which everybody would have who is given the bundle; nothing was "
        + "written"
    case .unplaceable(let data, let record, let path, let reason):
      "record \(record) of data \(data) names '\(path)', which no bundle has a place for: \(reason); nothing "
        + "was written"
    case .otherData(let name):
      "data \(name): the records are no longer those that the run was made with, so that a bundle with them would "
        + "not be of this run; nothing was written"
    case .exists(let path): "'\(path)' is there already; choose another place"
    }
  }
}
