import Glibc
import Text

let code = Implode.main(
  Array(CommandLine.arguments.dropFirst()), environment: processEnvironment)
exit(code.rawValue)
