/// What is wrong with a line that is JSON, and that its reader cannot use.
struct LineDamage: Error {
  var reason: String
}
