@echo off
node "%~dp0opam-monorepo" %*
