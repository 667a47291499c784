import RecipeLanguage

/// The data kind `records`: a JSON list in the VIDEOP2R layout beside its media.
public enum RecordsDataKind {
  public static let schema = KindSchema(
    "records", summary: "a JSON list of records with their media",
    fields: [
      .required("path", .path(), "the JSON file"),
      .required("media", .path(), "the folder that the records' paths start from"),
    ])
}
