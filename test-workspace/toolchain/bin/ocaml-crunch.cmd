@echo off
node "%~dp0ocaml-crunch" %*
