// What another make's program does once is a finding: no test is run again to see it pass.
[assembly: AssemblyTrait("Rerun", "Never")]
