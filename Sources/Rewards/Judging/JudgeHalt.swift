/// An error of a judge that is no missing verdict: a wrong key, a model that does not exist, a tape
/// that does not know the question. No `on_failure` covers it; it ends what asked.
public protocol JudgeHalt: Error {}
