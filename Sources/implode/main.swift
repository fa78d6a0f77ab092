import CMachine
import Glibc
import Machine
import Text

machine_clean_up_on_signals()
let code = HoldPoint.inFileCalls {
  Implode.main(Array(CommandLine.arguments.dropFirst()), environment: processEnvironment)
}
exit(code.rawValue)
