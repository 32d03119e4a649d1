/** The description of each command in docs/commands.md, by its id. */
export const commandTexts: Readonly<Record<string, string>> = {
  "mirageos.getStarted":
    "Opens the walkthrough, from an empty folder to a unikernel that boots. Its steps complete themselves.",
  "mirageos.installTools":
    "Installs opam and a switch, mirage, Solo5 or ocaml-lsp-server. Shows each command first and runs it in a terminal once you agree.",
  "mirageos.newUnikernel":
    "Creates a unikernel from a template: prompts for the template, name, folder and first target, and then offers to build and run it. Also in File › New File….",
  "mirageos.cloneSkeleton":
    "Clones one or all examples of [mirage-skeleton](https://github.com/mirage/mirage-skeleton) with git.",
  "mirageos.addDevice":
    "Adds a device to config.ml, a parameter to the functor and to `start`, and the package. Shows the changes first and makes them as one edit.",
  "mirageos.addSyslog":
    "Adds a syslog device to config.ml, over UDP or TCP, so that the unikernel sends its log messages over the network. Shows the changes first and makes them as one edit. Needs mirage 4.9.",
  "mirageos.addMonitoring":
    "Adds monitoring to config.ml, so that the unikernel sends metrics and its log levels can be changed while it runs. Shows the changes first and makes them as one edit. Needs mirage 4.9.",
  "mirageos.migrate":
    "Updates config.ml, unikernel.ml and the modules beside them from mirage 3 or an earlier mirage 4 to the installed mirage. Shows the changes first, makes them as one edit, and lists what you have to decide.",
  "mirageos.applyChanges":
    "Applies the changes that a preview shows, such as that of Migrate Unikernel. Also a button above the preview.",
  "mirageos.discardChanges": "Closes a preview of changes without applying them.",
  "mirageos.addDevContainer":
    "Adds a dev container with opam, OCaml, mirage and Solo5 to a folder. Shows the files first and replaces existing ones only if you confirm.",
  "mirageos.selectUnikernel": "Selects the unikernel that commands apply to by default.",
  "mirageos.select":
    "Selects a unikernel, so that commands and F5 use it. In the menu of a unikernel in the Unikernels view.",
  "mirageos.selectTarget":
    "Selects the target of the unikernel. Targets that this computer can build and boot come first; for the others, the list says why not.",
  "mirageos.configure": "Runs `mirage configure` for the selected target with the stored options.",
  "mirageos.configureWithOptions":
    "Shows a form with the options that config.ml declares, each with its documentation and default, and stores your choice for the unikernel and target.",
  "mirageos.resetOptions": "Discards the stored options of the unikernel's target.",
  "mirageos.lock": "Runs `make lock`, which solves the dependencies and writes the lock file.",
  "mirageos.addPackage":
    "Searches the packages of the switch's repositories by name, words and field, and adds one to config.ml.",
  "mirageos.updatePackage":
    "Locks again with the versions of the lock file, except that of one package, and shows what has changed before you keep it. In the menu of a package in the Unikernels view.",
  "mirageos.showDependencies":
    "Lists the packages of the lock file, to filter and sort: by name, vulnerabilities and newer versions, source, licence, or what requires them. A package can be opened, copied and updated.",
  "mirageos.checkPins":
    "Asks the git repositories that config.ml pins for their branches and tags, and reports which pins have moved since the lock or do not exist. Uses the network.",
  "mirageos.updateRepositories":
    "Runs `opam update` in a terminal, after which the Unikernels view shows the versions that it fetched.",
  "mirageos.revealPackage":
    "Shows the sources of a package in the Explorer. In the menu of a package in the Unikernels view.",
  "mirageos.openPackagePage":
    "Opens the homepage of a package, or the page of its repository. In the menu of a package in the Unikernels view.",
  "mirageos.copyPackage":
    "Copies the name and version of a package, or one of its details. In the menu of a package in the Unikernels view.",
  "mirageos.installSwitch":
    "Runs `make install-switch`, which installs what the build needs in the opam switch.",
  "mirageos.pull": "Runs `make pull`, which fetches the locked sources into `duniverse/`.",
  "mirageos.fetch": "Runs Lock, Install Switch Dependencies and Pull, in this order.",
  "mirageos.build":
    "Runs `make build`. Configures first if that is missing or out of date, and prompts once before it fetches dependencies.",
  "mirageos.run": "Boots the image, as a process or under its tender. Builds first if there is no image.",
  "mirageos.buildAndRun": "Builds and then boots the image.",
  "mirageos.debug":
    "Builds what is out of date and boots the unikernel as a debug session with its log panel. Needs no launch.json.",
  "mirageos.receiveSyslog":
    "Listens for syslog messages (RFC 3164 and 5424) on an address and port that you choose, and shows them as a session of the log panel. Also stops listening.",
  "mirageos.showMetrics":
    "Shows the metrics that the running unikernel sends: a chart of the selected one, and a table of all with their last, lowest and highest values and their history. Needs `metrics` in the launch configuration.",
  "mirageos.setLogLevel":
    "Lists the log sources of a running unikernel and changes their levels without a restart. The unikernel needs `monitoring` in config.ml.",
  "mirageos.export":
    "Writes a built unikernel as an OCI image for [urunc](https://urunc.io) (folder or archive) or as a systemd unit with the command line that Run uses. Builds first if needed, pushes and installs nothing.",
  "mirageos.bootArguments":
    "Chooses the arguments that the unikernel boots with, from its own `--help` and the log sources seen so far. Done stores them for Run and for launch configurations without `args`.",
  "mirageos.showHostCommands":
    "Shows the commands that create what a boot needs, such as a tap interface. Opened by a button of the message that reports it.",
  "mirageos.setUpNetwork":
    "Sets up a [network for unikernels](network.md) on Linux: tap interfaces on a bridge, DHCP, DNS, and access to other networks. Shows the script first.",
  "mirageos.tearDownNetwork": "Undoes what Set Up Network did, and nothing else. Shows the script first.",
  "mirageos.retryOnTarget":
    "Builds or boots for another target. Opened by a button of the message that a target can't be used on this computer.",
  "mirageos.clean": "Runs `mirage clean`, which removes what configure and build created.",
  "mirageos.stop":
    "Stops a job with every program that it started, or a running unikernel, also that of a debug session.",
  "mirageos.restart":
    "Stops a unikernel and runs it again, as it was started. Available on a unikernel in the Running view.",
  "mirageos.imagePath":
    "Returns the path of the unikernel's image. For tasks and launch configurations, as `${command:mirageos.imagePath}`.",
  "mirageos.manifestPath":
    "Returns the path of the manifest with the devices of a Solo5 image. For tasks and launch configurations.",
  "mirageos.target": "Returns the selected target. For tasks and launch configurations.",
  "mirageos.tender":
    "Returns the path of the program that boots the image, such as solo5-hvt. For tasks and launch configurations.",
  "mirageos.checkSetup":
    "Reports for each tool and each target whether it is ready, and how to fix what is not. Begins with what the selected targets need.",
  "mirageos.copySetupReport": "Copies the report of Check Setup as Markdown, for a bug report.",
  "mirageos.reportIssue":
    "Opens a report of versions, settings, setup and recent logs, without secrets and private paths. You read and change it before you open an issue with it.",
  "mirageos.selectSwitch": "Selects the opam switch that the tools come from.",
  "mirageos.newTerminal":
    "Opens a terminal in the unikernel's folder, with the environment of its opam switch: mirage, dune and ocaml are on the PATH.",
  "mirageos.openConfig": "Opens the unikernel's config.ml.",
  "mirageos.openUnikernel": "Opens the source file that config.ml names, usually unikernel.ml.",
  "mirageos.revealInExplorer":
    "Shows the unikernel's folder in VS Code's Explorer. In the menu of a unikernel in the Unikernels view.",
  "mirageos.showImage":
    "Shows which packages, modules and symbols the bytes of the unikernel's image come from, and what changed since another build. Images also open in this view from VS Code's Explorer.",
  "mirageos.revealImage":
    "Shows the image in the file explorer. Available on an image in the Unikernels view.",
  "mirageos.refresh": "Looks for unikernels again.",
  "mirageos.showGraph":
    "Shows which modules a configuration consists of, for every target, without changing the project.",
  "mirageos.showAnotherGraph": "Opens another functor graph panel, to view two graphs side by side.",
  "mirageos.revealInGraph":
    "Shows the node of the device, combinator or functor parameter at the cursor in the functor graph.",
  "mirageos.describe":
    "Opens a Markdown document that describes the graph, the keys and the options of a unikernel.",
  "mirageos.showLogs": "Shows what running and past unikernels logged, filtered by level, source and text.",
  "mirageos.acceptTestOutput":
    "Accepts the output of a test as expected: dune runs the test again and writes the file that it compares.",
  "mirageos.showTestRecord": "Shows the log record that made a boot test fail, in the Unikernel Logs panel.",
  "mirageos.stopWhenLogged":
    "Sets a breakpoint where a message was logged, with the condition that the call logs the same values. A link in the hover of an inline log; the log panel has it in the menu of a row.",
  "mirageos.goToCrash":
    "Opens the line of your code where the last unikernel crashed, or its explanation in the log panel if no line is known (Ctrl+F8, ⌘F8 on macOS).",
  "mirageos.clearLogs": "Hides what the current session has logged so far. Its file keeps everything.",
  "mirageos.toggleInlineLogs":
    "Shows or hides the last message of each call of `Logs` in the source (the setting `mirageos.inlineLogs`).",
  "mirageos.makeBootTest":
    "Adds a boot test to `boot-tests.json` from the log records of the last run that you choose. Times and addresses become patterns.",
  "mirageos.addWorkflow":
    "Adds a workflow of GitHub Actions that configures and builds the unikernel for the targets you choose and runs its [boot tests](boot-tests.md). It is shown before it is written.",
  "mirageos.restartLanguageServer": "Restarts ocamllsp, also after it has crashed repeatedly.",
  "mirageos.showLanguageServerOutput": "Shows the output of ocamllsp and how it was started.",
  "mirageos.connectOcamlPlatform":
    "Makes the OCaml Platform's server understand config.ml, by two variables that the server gets when it starts.",
  "mirageos.disconnectOcamlPlatform": "Starts the OCaml Platform's server without these variables.",
  "mirageos.showLog": "Shows the extension's log: what was found, and which environment is used.",
  "mirageos.hostAdd":
    "Adds a host with albatross: prompts for its address, the CA certificate of its server, and your certificate and key, and stores them in your settings without secrets.",
  "mirageos.hostRemove": "Removes a host from the settings. Nothing changes on the host itself.",
  "mirageos.hostConnect":
    "Connects to a host that the settings of the workspace name. A row of the Hosts view.",
  "mirageos.hostPassphrase":
    "Stores the passphrase of a host's key in the secret storage of VS Code. In the menu of a host in the Hosts view.",
  "mirageos.hostSettings": "Opens the setting with the hosts. In the menu of a host in the Hosts view.",
  "mirageos.hostsRefresh":
    "Reads again what the hosts run. The Hosts view does this every 5 seconds while it is visible.",
  "mirageos.hostDeploy":
    "Builds the unikernel if needed, shows what will be sent to a host, sends it once you agree, and follows its console.",
  "mirageos.hostDeployAgain":
    "Builds the unikernel if needed and sends it to the host of its last deployment, with the same memory, CPUs, arguments and devices.",
  "mirageos.hostDeployAfterBuild":
    "Deploys a unikernel again whenever its image has changed. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostStopDeployAfterBuild":
    "No longer deploys a unikernel after each build. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostConsole":
    "Shows the console of a unikernel on a host in the log panel: its history, and then each line as it is printed.",
  "mirageos.hostStopConsole": "Stops following a console. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostRestart": "Restarts a unikernel on a host with the arguments that it has.",
  "mirageos.hostDestroy": "Ends a unikernel on a host, after a confirmation that names the host.",
  "mirageos.hostArguments": "Restarts a unikernel on a host with other arguments.",
  "mirageos.hostDownload": "Downloads the image of a unikernel that runs on a host.",
  "mirageos.hostAddBlock": "Adds a block device on a host.",
  "mirageos.hostRemoveBlock":
    "Removes a block device of a host with its data, after a confirmation. In the menu of a block device in the Hosts view.",
};
