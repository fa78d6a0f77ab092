import Glibc
import Search

// Appends notes to the first trial of a journal, for tests of several writers and of kills:
// `journal-writer FILE NAME COUNT GRACE`, with the grace of locks in milliseconds. Prints the number
// of each note once it is in the journal.
let words = CommandLine.arguments
guard words.count == 5, let count = Int(words[3]), let grace = Int(words[4]) else { exit(64) }
let journal = try Journal(JournalFile(words[1], grace: .milliseconds(grace)))
let study = try journal.study(named: "writers")
try journal.append { state in
  state.study(named: "writers")?.trials.isEmpty == true ? [.createTrial(study: study.id)] : []
}
for number in 0..<count {
  try journal.append(.note(trial: 0, name: "\(words[2])-\(number)", .integer(number)))
  // Without a buffer, which would be lost with the process.
  let line = Array("\(number)\n".utf8)
  _ = write(STDOUT_FILENO, line, line.count)
}
