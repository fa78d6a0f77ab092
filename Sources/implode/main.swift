import Glibc
import Text

let code = HoldPoint.inFileCalls {
  Implode.main(Array(CommandLine.arguments.dropFirst()), environment: processEnvironment)
}
exit(code.rawValue)
