import Testing

@testable import Experiments

/// What Slurm 22.05 prints, and what it never should.
struct SlurmJobTests {
  @Test func linesOfTheQueueAreRead() throws {
    let answer = SlurmAnswer(
      """
      ARRAY_JOB_ID|ARRAY_TASK_ID|STATE|EXIT_CODE|NAME|REASON|
      1|4|CANCELLED|0|sousvide-x-1f|BeginTime|
      1|3|CANCELLED|33280|sousvide-x-1f|None|
      1|2|FAILED|9|sousvide-x-1f|JobLaunchFailure|
      1|1|FAILED|768|sousvide-x-1f|NonZeroExitCode|
      2|0|PENDING|0|dep|Dependency|
      3|0|OUT_OF_MEMORY|0:125|dep|OutOfMemory|
      """)
    #expect(answer.isWhole && answer.jobs.count == 6)
    #expect(answer.jobs["1_1"]?.ended == .failed("job 1_1 ended with code 3"))
    #expect(answer.jobs["1_2"]?.ended == .failed("job 1_2 was ended by signal 9"))
    #expect(answer.jobs["1_3"]?.ended == .cancelled("job 1_3 was cancelled"))
    #expect(answer.jobs["2_0"]?.ended == nil && answer.jobs["2_0"]?.state == .waiting)
    #expect(answer.jobs["3_0"]?.ended?.text.contains("--memory asks for more") == true)
  }

  @Test func whatIsNoLineOfTheQueueIsSetAside() {
    let titles = "ARRAY_JOB_ID|ARRAY_TASK_ID|STATE|EXIT_CODE|NAME|REASON|"
    // A message of the day does not hide the jobs; a line that cannot be read might be one of them.
    let greeted = SlurmAnswer("Welcome to the cluster\n\(titles)\n1|0|RUNNING|0|x|None|\n")
    #expect(greeted.isWhole && greeted.other == ["Welcome to the cluster"])
    #expect(!SlurmAnswer("nonsense").isWhole)
    for line in [
      "1|0|RUNNING", "x|0|RUNNING|0|x|None|", "1|0||0|x|None|", "7|N/A|RUNNING|0|x|None|",
    ] {
      let answer = SlurmAnswer(titles + "\n" + line)
      #expect(answer.jobs.isEmpty && answer.unreadable == [line] && !answer.isWhole)
    }
    #expect(SlurmAnswer(titles).isWhole && !SlurmAnswer("").isWhole)
    #expect(SlurmAnswer("1|0|BORED|0|x|None|").jobs["1_0"]?.state == .unknown)
  }

  @Test func linesOfTheAccountsAreRead() {
    #expect(
      SlurmJob(accountingLine: "812_3|CANCELLED by 1000|0:15")?.ended
        == .cancelled("job 812_3 was cancelled"))
    #expect(
      SlurmJob(accountingLine: "812_3|FAILED|3:0")?.ended
        == .failed("job 812_3 ended with code 3"))
    #expect(
      SlurmJob(accountingLine: "812_3|TIMEOUT|0:0")?.ended == .again("job 812_3 was ended: TIMEOUT")
    )
    #expect(SlurmJob(accountingLine: "nonsense") == nil)
  }

  @Test func optionsThatTheLauncherSetsAreKnown() {
    for word in [
      "--array=1-4", "--arr=3", "-a1", "--dependency", "-c4", "--wrap=rm", "-M", "--parsable",
    ] {
      #expect(SlurmOptions.reserved(word) != nil, "\(word)")
    }
    for word in ["--qos=long", "--gres=gpu:1", "-C", "--nice", "--exclusive", "--mail-type=END"] {
      #expect(SlurmOptions.reserved(word) == nil, "\(word)")
    }
    let options = SlurmOptions(
      partition: "short", account: "lab", time: "1:00", memory: "8G", cpus: 4, words: ["--qos=x"])
    #expect(
      options.arguments == [
        "--cpus-per-task=4", "--partition=short", "--account=lab", "--time=1:00", "--mem=8G",
        "--qos=x",
      ])
  }

  @Test func aScriptKeepsEveryWordAsItIs() {
    let text = SlurmScript.text(
      sweep: "x",
      tasks: [(log: "/a b/t.log", words: ["sousvide", "--param", "w=8..32 tok; rm $HOME"])])
    #expect(
      text.contains("0) log='/a b/t.log'\n  set -- sousvide --param 'w=8..32 tok; rm $HOME' ;;"))
    #expect(text.hasSuffix("exec \"$@\"\n"))
  }
}
